// About 40 s.
import { spawn, spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Registry, Summary } from "prom-client";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createRegistry, serveMetrics } from "../../packages/telemetry/src/metrics/index.ts";
import { bare, openMetrics, sampleValue, textOf } from "../telemetry/metrics/samples.ts";
import { freePort, withBench } from "./lab/bench.ts";
import { end } from "./lab/place.ts";
import { eventually, get } from "./lab/waiting.ts";
import { describeWith } from "./tool.ts";

const exemplars = z.object({
  data: z.array(
    z.object({
      seriesLabels: z.record(z.string(), z.string()),
      exemplars: z.array(z.object({ labels: z.record(z.string(), z.string()), value: z.string() })),
    }),
  ),
});
const vector = z.object({
  data: z.object({
    result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) })),
  }),
});
const metadata = z.object({ data: z.record(z.string(), z.array(z.object({ type: z.string() }))) });

const traceId = "0af7651916cd43dd8448eb211c80319c";
const hostile = [
  '"} or vector(1) #',
  "back\\slash",
  "new\nline",
  "\u202eright to left",
  "a\u0000b",
  "\ud800",
  "",
  "😀",
];

describeWith(["prometheus"], "a real Prometheus", () => {
  it("scrapes OpenMetrics with every label value, and shows the exemplars; and takes the text format as well", () =>
    withBench(async (bench) => {
      const theirs = new Registry();
      new Summary({ name: "size_bytes", help: "Size.", registers: [theirs] }).observe(7);
      const registry = createRegistry({ ...bare, processMetrics: true, registries: [theirs] });
      const wait = registry.histogram({ name: "wait_seconds", help: "Wait.", labels: ["route"], buckets: [0.1, 1] });
      wait.observeFor({ route: "/" }, 0.5, { traceId, spanId: "b7ad6b7169203331" });
      wait.observeFor({ route: "/" }, 3, { traceId: "x".repeat(500), spanId: "y" });
      const orders = registry.counter({ name: "orders_total", help: "Orders.", labels: ["what"] });
      for (const [at, what] of hostile.entries()) orders.add({ what }, at + 1);
      const gauge = registry.gauge({ name: "depth", help: "Depth.", labels: ["at"] });
      gauge.setFor({ at: "nan" }, Number.NaN);
      gauge.setFor({ at: "inf" }, Number.POSITIVE_INFINITY);
      const reporter = { begin: () => undefined, end: () => undefined };
      const server = serveMetrics({ host: "127.0.0.1", port: 0, path: "/metrics", registry, reporter });
      const target = (await server.listening)?.port;
      const port = await freePort();
      const config = `scrape_configs: [{ job_name: app, scrape_interval: 1s, static_configs: [{ targets: ["127.0.0.1:${target}"] }] }]\n`;
      await bench.write("prometheus.yml", config);
      bench.start("prometheus", [
        `--config.file=${bench.path("prometheus.yml")}`,
        `--storage.tsdb.path=${bench.path("data")}`,
        `--web.listen-address=127.0.0.1:${port}`,
        "--enable-feature=exemplar-storage",
      ]);
      const api = `http://127.0.0.1:${port}/api/v1`;
      const query = async (promql: string) =>
        vector.parse(JSON.parse(await get(`${api}/query?query=${encodeURIComponent(promql)}`))).data.result;
      try {
        await eventually(async () => expect(await query("up == 1")).toHaveLength(1), 30);

        const found = exemplars.parse(
          JSON.parse(
            await get(`${api}/query_exemplars?query=wait_seconds_bucket&start=0&end=${Date.now() / 1000 + 60}`),
          ),
        ).data;
        const byBound = new Map(found.map((each) => [each.seriesLabels["le"], each.exemplars[0]]));
        expect(byBound.get("1")).toEqual({ labels: { trace_id: traceId, span_id: "b7ad6b7169203331" }, value: "0.5" });
        expect(byBound.get("+Inf")?.labels["trace_id"]).toMatch(/^x+$/);

        const seen = await query("orders_total");
        const valueByLabel = new Map(seen.map(({ metric, value }) => [metric["what"] ?? "", Number(value[1])]));
        const shown = hostile.map((each) => each.toWellFormed().replace("\u0000", "\ufffd"));
        expect(valueByLabel).toEqual(new Map(shown.map((what, at) => [what, at + 1])));
        expect((await query("depth")).map(({ metric, value }) => [metric["at"], value[1]]).sort()).toEqual([
          ["inf", "+Inf"],
          ["nan", "NaN"],
        ]);
        expect(await query("histogram_quantile(0.5, wait_seconds_bucket)")).toHaveLength(1);
        expect((await query("process_resident_memory_bytes > 1e7")).length).toBe(1);
        const types = metadata.parse(JSON.parse(await get(`${api}/metadata`))).data;
        for (const [name, type] of Object.entries({
          ...{ orders: "counter", wait_seconds: "histogram", depth: "gauge", size_bytes: "summary" },
        }))
          expect([name, types[name]?.[0]?.type]).toEqual([name, type]);
      } finally {
        server.close();
      }
    }));
});

describeWith(["promtool"], "promtool check metrics", () => {
  it("finds nothing to complain of in the library's own metrics and those of the process", async () => {
    const registry = createRegistry({ ...bare, processMetrics: true });
    registry
      .histogram({ name: "wait_seconds", help: "Wait.", labels: ["route"], buckets: [0.1, 1] })
      .observeFor({ route: "/" }, 1);
    const orders = registry.counter({ name: "orders_total", help: 'Orders: "all"\n\\ of them.', labels: ["what"] });
    for (const what of hostile) orders.add({ what });
    const { stdout, stderr } = spawnSync("promtool", ["check", "metrics"], {
      input: await textOf(registry),
      encoding: "utf8",
    });
    expect(`${stdout}${stderr}`).toBe("");
  });
});

describe("a cluster of node:cluster", () => {
  async function withCluster(
    { port, metricsPort }: { readonly port: number; readonly metricsPort: number },
    use: (app: { readonly url: string; readonly lines: () => readonly string[] }) => Promise<void>,
  ): Promise<void> {
    const app = fileURLToPath(new URL("telemetry-metrics/cluster-app.ts", import.meta.url));
    const child = spawn(
      process.execPath,
      ["--conditions=stackwright-source", "--import", "@stackwright/telemetry/register", app],
      {
        env: {
          ...process.env,
          ...{
            PORT: String(port),
            TELEMETRY_METRICS_PORT: String(metricsPort),
            OTEL_TRACES_EXPORTER: "none",
            TELEMETRY_LOG_MODE: "stdout",
            TELEMETRY_REQUEST_LOG: "off",
          },
        },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    const lines = (): readonly string[] => output.split("\n");
    try {
      await eventually(() => {
        if (lines().filter((line) => line.startsWith("listening")).length !== 3) throw new Error(output);
      });
      await use({ url: `http://127.0.0.1:${port}`, lines });
    } finally {
      await end(child);
    }
  }

  const count = async (url: string, times: number): Promise<ReadonlySet<string>> => {
    const pids = await Promise.all(Array.from({ length: times }, () => get(`${url}/count`)));
    return new Set(pids);
  };
  const scrape = async (url: string): Promise<string> => {
    const answer = await fetch(url, {
      headers: { accept: openMetrics, connection: "close" },
      signal: AbortSignal.timeout(9_000),
    });
    expect(answer.status).toBe(200);
    return answer.text();
  };

  it("gives the sums of all processes on the primary's port, and no sum falls when workers end or do not answer", async () => {
    const [port, metricsPort] = [await freePort(), await freePort()];
    await withCluster({ port, metricsPort }, async ({ url, lines }) => {
      const metrics = `http://127.0.0.1:${metricsPort}/metrics`;
      expect((await count(url, 30)).size).toBe(3);
      const first = await eventually(async () => {
        const text = await scrape(metrics);
        if (sampleValue(text, "workers_running") !== 4) throw new Error("a worker is not there yet");
        return text;
      });
      expect(sampleValue(first, "served_total", { way: "any" })).toBe(30);
      expect(sampleValue(first, "process_start_time_seconds")).toBeCloseTo(Date.now() / 1000, -2);

      await get(`${url}/end`);
      await eventually(() => expect(lines().some((line) => line.startsWith("ended"))).toBe(true));
      const afterEnd = await scrape(metrics);
      // What it counted after the last scrape is lost with it, as with any process.
      expect(sampleValue(afterEnd, "served_total", { way: "any" })).toBe(30);
      expect(sampleValue(afterEnd, "workers_running")).toBe(3);

      await get(`${url}/block`);
      await sleep(200);
      const started = performance.now();
      const whileBlocked = await scrape(metrics);
      expect(performance.now() - started).toBeLessThan(8_000);
      expect(sampleValue(whileBlocked, "served_total", { way: "any" })).toBe(30);
      expect(sampleValue(whileBlocked, "workers_running")).toBe(2);
      const later = await eventually(async () => {
        const text = await scrape(metrics);
        if (sampleValue(text, "workers_running") !== 3) throw new Error("the worker is still blocked");
        return text;
      });
      expect(sampleValue(later, "telemetry_metric_faults_total", { fault: "worker_silent" })).toBeGreaterThanOrEqual(1);
      expect(sampleValue(later, "served_total", { way: "any" })).toBe(31);
    });
  });

  it("gives them on the application's own port, whichever worker is asked", async () => {
    const port = await freePort();
    await withCluster({ port, metricsPort: port }, async ({ url }) => {
      expect((await count(url, 30)).size).toBe(3);
      for (let time = 0; time < 6; time++) {
        const text = await scrape(`${url}/metrics`);
        expect(sampleValue(text, "served_total", { way: "any" })).toBe(30);
        expect(sampleValue(text, "workers_running")).toBe(4);
      }
    });
  });
});
