import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { printFamilies } from "../../../src/service/metrics/exposition.ts";

function filled(): Registry {
  const registry = new Registry();
  const registers = [registry];
  new Counter({ name: "a_total", help: 'say "hi"\\\n', labelNames: ["who"], registers }).inc({ who: 'x"\\\ny' }, 2);
  new Gauge({ name: "b", help: "b", registers }).set(Number.POSITIVE_INFINITY);
  new Histogram({ name: "c_seconds", help: "c", buckets: [0.1, 1], registers }).observe(0.5);
  return registry;
}

describe("what is printed of a registry", () => {
  it("is Prometheus' text format", async () => {
    expect(printFamilies(await filled().getMetricsAsJSON(), "text")).toBe(`# HELP a_total say "hi"\\\\\\n
# TYPE a_total counter
a_total{who="x\\"\\\\\\ny"} 2
# HELP b b
# TYPE b gauge
b +Inf
# HELP c_seconds c
# TYPE c_seconds histogram
c_seconds_bucket{le="0.1"} 0
c_seconds_bucket{le="1"} 1
c_seconds_bucket{le="+Inf"} 1
c_seconds_sum 0.5
c_seconds_count 1
`);
  });

  it("is OpenMetrics, whose counters are named without their suffix and which has an end", async () => {
    const text = printFamilies(await filled().getMetricsAsJSON(), "openmetrics");
    expect(text).toMatch(/^# HELP a say \\"hi\\"\\\\\\n\n# TYPE a counter\na_total\{/);
    expect(text).toMatch(/\n# EOF\n$/);
  });

  it("is the same after the other format was printed", async () => {
    const registry = filled();
    const before = printFamilies(await registry.getMetricsAsJSON(), "text");
    printFamilies(await registry.getMetricsAsJSON(), "openmetrics");
    expect(printFamilies(await registry.getMetricsAsJSON(), "text")).toBe(before);
  });
});
