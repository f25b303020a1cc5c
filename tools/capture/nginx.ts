import { type Bench, eventually, get, scrape } from "./bench.ts";
import { type Capture, families, versionIn } from "./captured.ts";

/** The nginx exporter on stub_status of a real nginx. */
export async function captureNginx(bench: Bench): Promise<Capture> {
  const [status, port] = [await bench.freePort(), await bench.freePort()];
  const config = await bench.write(
    "nginx.conf",
    [
      "daemon off;",
      `pid ${bench.path("nginx.pid")};`,
      `error_log ${bench.path("nginx-error.log")};`,
      "events {}",
      "http {",
      "  access_log off;",
      ...["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `  ${kind}_temp_path ${bench.path(kind)};`),
      `  server { listen 127.0.0.1:${status}; location = /stub_status { stub_status; } }`,
      "}",
      "",
    ].join("\n"),
  );
  bench.start("nginx", ["-c", config, "-e", bench.path("nginx-error.log")]);
  await eventually(() => get(`http://127.0.0.1:${status}/stub_status`));
  bench.start("prometheus-nginx-exporter", [
    `-nginx.scrape-uri=http://127.0.0.1:${status}/stub_status`,
    `-web.listen-address=127.0.0.1:${port}`,
  ]);
  const url = `http://127.0.0.1:${port}/metrics`;
  const text = await eventually(() => get(url));
  return {
    exporter: "nginx_exporter",
    version: versionIn(text),
    flags: [],
    source: "stub_status of nginx 1.22",
    families: families(await scrape(url)),
  };
}
