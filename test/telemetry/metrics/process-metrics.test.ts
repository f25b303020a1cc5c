import { collectDefaultMetrics, Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { createRegistry } from "../../../packages/telemetry/src/metrics/index.ts";
import captured from "../../../src/catalog/nodejs/captured.json" with { type: "json" };
import { parseTextFormat } from "../../../tools/capture/text-format.ts";
import { bare, sampleValue, textOf } from "./samples.ts";

/** Gauges that prom-client names like counters; the families without the suffix tell the same. */
const misnamed = ["nodejs_active_handles_total", "nodejs_active_requests_total", "nodejs_active_resources_total"];

describe("metrics of the process", () => {
  it("have the names, types and labels of prom-client's, and the heap's limit beside them", async () => {
    const registry = createRegistry({ ...bare, processMetrics: true });
    const families = parseTextFormat(await textOf(registry));
    for (const [name, { type, ...rest }] of Object.entries(captured.families)) {
      if (misnamed.includes(name)) continue;
      const seen = families.get(name);
      const labels = "labels" in rest ? rest.labels : [];
      // Of requests and collections there may have been none.
      if (seen === undefined) expect(await textOf(registry)).toContain(`# TYPE ${name} ${type}\n`);
      else expect({ name, ...seen }).toEqual({ name, type, labels });
    }
    expect(families.get("nodejs_heap_size_limit_bytes")).toEqual({ type: "gauge", labels: [] });
    for (const name of misnamed) expect(families.has(name)).toBe(false);
  });

  it("say what the process says of itself", async () => {
    const text = await textOf(createRegistry({ ...bare, processMetrics: true }));
    const { rss, heapUsed } = process.memoryUsage();
    expect((sampleValue(text, "process_resident_memory_bytes") ?? 0) / rss).toBeCloseTo(1, 0);
    expect((sampleValue(text, "nodejs_heap_size_used_bytes") ?? 0) / heapUsed).toBeCloseTo(1, 0);
    expect(sampleValue(text, "process_start_time_seconds")).toBeCloseTo(Date.now() / 1000 - process.uptime(), -1);
    const cpu = process.cpuUsage();
    expect(sampleValue(text, "process_cpu_seconds_total")).toBeLessThanOrEqual((cpu.user + cpu.system) / 1e6);
    const [major = "", minor = "", patch = ""] = process.versions.node.split(".");
    expect(sampleValue(text, "nodejs_version_info", { version: process.version, major, minor, patch })).toBe(1);
  });

  it("are never there twice where the application collects them itself", async () => {
    const theirs = new Registry();
    collectDefaultMetrics({ register: theirs });
    const registry = createRegistry({ ...bare, processMetrics: true, registries: [theirs] });
    const text = await textOf(registry);
    const heads = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    expect(new Set(heads).size).toBe(heads.length);
    expect(heads).toContain("nodejs_heap_size_limit_bytes");
    expect(sampleValue(text, "telemetry_metric_faults_total", { fault: "name_clash" })).toBe(0);
  });
});
