import type { Bench } from "../../test/real/lab/bench.ts";
import { startNginx, statusServer } from "../../test/real/lab/servers/nginx.ts";
import { eventually, get } from "../../test/real/lab/waiting.ts";
import { type Capture, families, versionIn } from "./captured.ts";
import { scrape } from "./scrape.ts";

/** The nginx exporter on stub_status of a real nginx. */
export async function captureNginx(bench: Bench): Promise<Capture> {
  const [status, port] = [await bench.freePort(), await bench.freePort()];
  await startNginx(bench, [statusServer(status)]);
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
