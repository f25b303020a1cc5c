import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { Bench } from "../../test/real/lab/bench.ts";
import { eventually, get } from "../../test/real/lab/waiting.ts";
import { type Capture, families } from "./captured.ts";
import { scrape } from "./scrape.ts";
import { merge } from "./text-format.ts";

/** What the exporter service says of its own process; its own families are declared by the kind. */
export async function captureStackwright(bench: Bench): Promise<Capture> {
  const port = await bench.freePort();
  const root = new URL("../../", import.meta.url);
  const file = (path: string): string => fileURLToPath(new URL(path, root));
  bench.start(process.execPath, [
    ...[file("src/cli/main.ts"), "serve", "-i", file("examples/one-host.yaml")],
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
  const url = `http://127.0.0.1:${port}/metrics`;
  await eventually(() => get(`http://127.0.0.1:${port}/-/ready`));
  await eventually(async () => {
    if (!(await get(url)).includes("nodejs_gc_duration_seconds_count")) throw new Error("no garbage was collected yet");
  });
  // Connections and requests in flight are seen only while there are some.
  const seen = merge(await Promise.all(Array.from({ length: 5 }, () => scrape(url))));
  const { version } = z
    .object({ version: z.string() })
    .parse(createRequire(import.meta.url)("prom-client/package.json"));
  const [major] = process.versions.node.split(".");
  return {
    exporter: "prom-client",
    version,
    flags: [],
    source: `prom-client's default metrics in the running service (Node.js ${major} on Linux), without the three that it leaves out`,
    families: Object.fromEntries(Object.entries(families(seen)).filter(([name]) => !name.startsWith("stackwright_"))),
  };
}
