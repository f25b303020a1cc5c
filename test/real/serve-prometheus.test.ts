// About 30 s.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { buildBundle, removeBundle } from "../scenarios/story.ts";
import { type Bench, freePort, withBench } from "./lab/bench.ts";
import { buildText } from "./lab/stack.ts";
import { eventually, get } from "./lab/waiting.ts";
import { ask, makeServing, sampleOf, tinyInventory } from "./serving.ts";
import { describeWith } from "./tool.ts";

const token = "0123456789abcdef0123456789abcdef";
const serving = makeServing();
const authorized = { headers: { authorization: `Bearer ${token}` } };
const targets = z.object({
  data: z.object({
    activeTargets: z.array(
      z.object({
        labels: z.record(z.string(), z.string()),
        scrapeUrl: z.string(),
        health: z.string(),
        lastError: z.string(),
      }),
    ),
  }),
});

beforeAll(buildBundle);
afterAll(async () => {
  await serving.clear();
  removeBundle();
});

/** Lays out what is generated for the host in a folder that stands for its root, and starts Prometheus there. */
async function startPrometheus(bench: Bench, inventory: string, port: number): Promise<void> {
  for (const { content, installs } of buildText(inventory).artifacts)
    for (const { path } of installs.slice(0, 1)) await bench.write(join("root", path), content);
  const secret = bench.path("root/etc/stackwright/secrets/services.exporter.stackwright.token");
  mkdirSync(dirname(secret), { recursive: true });
  writeFileSync(secret, token);
  bench.start("prometheus", [
    `--config.file=${bench.path("root/etc/prometheus/prometheus.yml")}`,
    `--storage.tsdb.path=${bench.path("data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
    "--enable-feature=exemplar-storage",
  ]);
}

describeWith(["prometheus"], "a real Prometheus with the generated config", () => {
  it("finds its targets by the service's discovery, scrapes it with the token, and is asked what it sees", () =>
    withBench(async (bench) => {
      const [service, prometheus] = [await freePort(), await freePort()];
      const inventory = tinyInventory({ service, prometheus }, "virtual_ips: {}\n");
      serving.write("inventory.yaml", inventory);
      serving.write("token", token);
      const args = [`--web.listen-address=127.0.0.1:${service}`, `--token-file=${serving.path("token")}`];
      const first = await serving.serve(...args);
      await startPrometheus(bench, inventory, prometheus);
      const found = await eventually(async () => {
        const { data } = targets.parse(JSON.parse(await get(`http://127.0.0.1:${prometheus}/api/v1/targets`)));
        const own = data.activeTargets.find(({ labels }) => labels["job"] === "stackwright");
        if (own?.health !== "up") throw new Error(`the service is ${own?.health}: ${own?.lastError}`);
        return data.activeTargets;
      }, 60);
      const list: unknown = JSON.parse((await ask(`http://127.0.0.1:${service}/sd/prometheus`, authorized)).text);
      const listed = z.array(z.object({ labels: z.record(z.string(), z.string()) })).parse(list);
      const byJob = (all: readonly { readonly labels: Readonly<Record<string, string>> }[]) =>
        all.map(({ labels }) => labels).toSorted((a, b) => String(a["job"]).localeCompare(String(b["job"])));
      expect(byJob(found)).toEqual(byJob(listed));
      expect(found.map(({ labels }) => labels["job"]).sort()).toEqual(["node", "prometheus", "stackwright"]);
      await first.stop();

      await serving.serve(...args);
      const page = await eventually(async () => {
        const { text } = await ask(`http://127.0.0.1:${service}/metrics`, authorized);
        if (sampleOf(text, 'stackwright_service_targets_seen{target_service="metrics"}') !== 1)
          throw new Error("the service has not asked Prometheus yet, or in vain");
        return text;
      }, 45);
      expect(sampleOf(page, 'stackwright_service_targets_expected{target_service="node"}')).toBe(1);
      expect(sampleOf(page, 'stackwright_service_targets_seen{target_service="node"}')).toBe(0);
      const { text } = await ask(`http://127.0.0.1:${service}/`, authorized);
      expect(text).toContain("no answer from mon1:9100");
      expect(text).toMatch(/answers<\/span> mon1:\d+/);
      expect(readFileSync(bench.path("root/etc/prometheus/prometheus.yml"), "utf8")).not.toContain(token);
    }));
});
