import { fileURLToPath } from "node:url";
import type { Bench } from "../../test/real/lab/bench.ts";
import { eventually, get } from "../../test/real/lab/waiting.ts";
import { type Capture, families } from "./captured.ts";
import { promClientVersion } from "./prom-client.ts";
import { scrape } from "./scrape.ts";
import { merge } from "./text-format.ts";

/** The default metrics of prom-client in a process of this Node. */
export async function captureNodejs(bench: Bench): Promise<Capture> {
  const port = await bench.freePort();
  bench.start(process.execPath, [fileURLToPath(new URL("nodejs-process.ts", import.meta.url)), String(port)]);
  const url = `http://127.0.0.1:${port}/metrics`;
  await eventually(() => get(url));
  // Connections and requests in flight are seen only while there are some.
  const seen = merge(await Promise.all(Array.from({ length: 5 }, () => scrape(url))));
  const [major] = process.versions.node.split(".");
  return {
    exporter: "prom-client",
    version: promClientVersion(),
    flags: [],
    source: `prom-client's default metrics in a Node.js ${major} process on Linux that listens and has collected garbage`,
    families: families(seen),
  };
}
