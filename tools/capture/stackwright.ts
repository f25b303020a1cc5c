import { fileURLToPath } from "node:url";
import type { Bench } from "../../test/real/lab/bench.ts";
import { eventually, get } from "../../test/real/lab/waiting.ts";
import { type Capture, families } from "./captured.ts";
import { promClientVersion } from "./prom-client.ts";
import { scrape } from "./scrape.ts";
import { merge, type SeenFamily } from "./text-format.ts";

const rare = ["nodejs_gc_duration_seconds", "nodejs_active_requests"];
const program = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

/** What prom-client adds of the process in our own service; the service's own families are declared in its kind. */
export async function captureStackwright(bench: Bench): Promise<Capture> {
  const port = await bench.freePort();
  const inventory = await bench.write("inventory.yaml", inventoryOn(port));
  bench.start(process.execPath, [program, "serve", "-i", inventory, `--web.listen-address=127.0.0.1:${port}`], {
    STATE_DIRECTORY: bench.path("state"),
  });
  const url = `http://127.0.0.1:${port}/metrics`;
  await eventually(() => get(url));
  // Garbage of each age is collected only now and then, and a request to the system is seen only while it is under way:
  // each rewritten inventory is read again, and asking makes garbage.
  const scrapes: ReadonlyMap<string, SeenFamily>[] = [];
  await eventually(async () => {
    await bench.write("inventory.yaml", inventoryOn(port));
    scrapes.push(...(await Promise.all(Array.from({ length: 20 }, () => scrape(url)))));
    const absent = rare.filter((name) => !scrapes.some((seen) => seen.has(name)));
    if (absent.length > 0) throw new Error(`${absent.join(" and ")} was not seen`);
  }, 120);
  const seen = merge(scrapes);
  const [major] = process.versions.node.split(".");
  return {
    exporter: "prom-client",
    version: promClientVersion(),
    flags: [],
    source: `prom-client's default metrics in the running service (Node.js ${major} on Linux), without the three that it leaves out`,
    families: families(new Map([...seen].filter(([name]) => !name.startsWith("stackwright_")))),
  };
}

function inventoryOn(port: number): string {
  return `version: 1
platform: capture
environment: test
segments: { lan: { cidr: 127.0.0.0/8, interface: lo } }
hosts:
  mon1: { address: 127.0.0.1, segment: lan }
services:
  exporter:
    kind: stackwright
    hosts: [mon1]
    port: ${port}
    accept: { single-point-of-failure: one service is captured }
`;
}
