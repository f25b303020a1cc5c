import type { Bench } from "../../test/real/lab/bench.ts";
import { eventually, get } from "../../test/real/lab/waiting.ts";
import { type Capture, families, versionIn } from "./captured.ts";
import { debian, type Need } from "./needs.ts";
import { scrape } from "./scrape.ts";

const release = "https://github.com/timonwong/uwsgi_exporter/releases";
const plugin = "/usr/lib/uwsgi/plugins/python3_plugin.so";

export const uwsgiNeeds: readonly Need[] = [
  debian("uwsgi", "uwsgi-core"),
  debian(plugin, "uwsgi-plugin-python3"),
  { tool: "uwsgi_exporter", install: `put the program of ${release} on the PATH` },
];

const application = `def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    if environ["PATH_INFO"] == "/broken":
        raise RuntimeError("asked for")
    return [b"well\\n"]
`;

/** The exporter on the stats server of a real uWSGI with processes, threads and a cache. */
export async function captureUwsgi(bench: Bench): Promise<Capture> {
  const [port, stats, metrics] = [await bench.freePort(), await bench.freePort(), await bench.freePort()];
  const file = await bench.write("application.py", application);
  bench.start("uwsgi", [
    "--plugins=python3",
    `--http-socket=127.0.0.1:${port}`,
    `--stats=127.0.0.1:${stats}`,
    `--wsgi-file=${file}`,
    "--master",
    "--die-on-term",
    "--processes=4",
    "--threads=2",
    "--memory-report",
    "--cache2=name=capture,items=10",
  ]);
  await eventually(() => get(`http://127.0.0.1:${port}/`));
  await fetch(`http://127.0.0.1:${port}/broken`);
  bench.start("uwsgi_exporter", [`--stats.uri=tcp://127.0.0.1:${stats}`, `--web.listen-address=127.0.0.1:${metrics}`]);
  const url = `http://127.0.0.1:${metrics}/metrics`;
  const text = await eventually(() => get(url));
  const server = versionIn(await bench.run("uwsgi", ["--version"]), /^(\d+(?:\.\d+)+)/);
  return {
    exporter: "uwsgi_exporter",
    version: versionIn(text),
    flags: ["--stats.uri=tcp://127.0.0.1:1717"],
    source: `uWSGI ${server} with four processes, two threads and a cache`,
    families: families(await scrape(url)),
  };
}
