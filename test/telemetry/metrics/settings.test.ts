import { describe, expect, it } from "vitest";
import { readMetricSettings } from "../../../packages/telemetry/src/settings/metrics.ts";

describe("settings of the metrics", () => {
  it("have defaults", () => {
    expect(readMetricSettings({}, {})).toEqual({
      settings: {
        ...{ enabled: true, host: "localhost", port: 9464, path: "/metrics", maxSeries: 2_000 },
        ...{ processMetrics: true, createdSamples: false, cluster: true, registries: [] },
      },
      problems: [],
    });
  });

  it("come from the code, overruled by the environment; our variable of the port goes before the standard one", () => {
    const options = { host: "::1", port: 1, path: "/a", maxSeries: 5, processMetrics: false, cluster: false };
    expect(readMetricSettings(options, {}).settings).toMatchObject(options);
    const env = {
      OTEL_EXPORTER_PROMETHEUS_HOST: "0.0.0.0",
      OTEL_EXPORTER_PROMETHEUS_PORT: "2",
      TELEMETRY_METRICS_PATH: "/b",
      TELEMETRY_METRICS_MAX_SERIES: "6",
    };
    expect(readMetricSettings(options, env).settings).toMatchObject({
      host: "0.0.0.0",
      port: 2,
      path: "/b",
      maxSeries: 6,
    });
    // As it stands in the address of a scrape.
    expect(readMetricSettings(options, { OTEL_EXPORTER_PROMETHEUS_HOST: "[::]" }).settings.host).toBe("::");
    expect(readMetricSettings(options, { ...env, TELEMETRY_METRICS_PORT: "3" }).settings.port).toBe(3);
  });

  it.each([
    ["", true],
    ["prometheus", true],
    ["otlp, Prometheus", true],
    ["none", false],
    ["otlp", true],
  ])("have an endpoint for OTEL_METRICS_EXPORTER=%j: %s", (OTEL_METRICS_EXPORTER, enabled) => {
    expect(readMetricSettings({}, { OTEL_METRICS_EXPORTER })).toMatchObject({ settings: { enabled }, problems: [] });
  });

  it.each([
    ["OTEL_METRICS_EXPORTER", "promethius"],
    ["OTEL_EXPORTER_PROMETHEUS_PORT", "70000"],
    ["TELEMETRY_METRICS_PORT", "0"],
    ["TELEMETRY_METRICS_PORT", "80a"],
    ["TELEMETRY_METRICS_PATH", "metrics"],
    ["TELEMETRY_METRICS_PATH", "/a b"],
    ["TELEMETRY_METRICS_MAX_SERIES", "-1"],
    ["TELEMETRY_METRICS_MAX_SERIES", "1e3"],
  ])("tell that %s=%s cannot be obeyed, and use the default", (setting, value) => {
    const { settings, problems } = readMetricSettings({}, { [setting]: value });
    expect(settings).toEqual(readMetricSettings({}, {}).settings);
    expect(problems).toEqual([{ setting, message: expect.stringContaining(`${JSON.stringify(value)}`) }]);
    expect(problems[0]?.message).toContain("is used");
  });

  it("tell of options that cannot be obeyed, whatever they are", () => {
    const wrong = { port: "x", host: 7, path: "x", maxSeries: 0.5, enabled: "no", cluster: 1, registries: [1] };
    const { settings, problems } = Reflect.apply(readMetricSettings, undefined, [wrong, {}]);
    expect(settings).toEqual(readMetricSettings({}, {}).settings);
    expect(problems).toHaveLength(7);
  });

  it("tell of a port for an endpoint that is switched off", () => {
    const env = { OTEL_METRICS_EXPORTER: "none", TELEMETRY_METRICS_PORT: "9464" };
    expect(readMetricSettings({}, env).problems).toEqual([
      { setting: "TELEMETRY_METRICS_PORT", message: expect.stringContaining("OTEL_METRICS_EXPORTER") },
    ]);
  });
});
