import { describe, expect, it } from "vitest";
import { formatFor, takesGzip } from "../../../packages/telemetry/src/metrics/format/negotiate.ts";

const om = "application/openmetrics-text";

describe("the format", () => {
  it.each([
    ["nothing", undefined, "text"],
    ["an empty header", "", "text"],
    ["anything", "*/*", "text"],
    ["any text", "text/*", "text"],
    ["any application type", "application/*", "openmetrics"],
    ["plain text", "text/plain", "text"],
    ["plain text of a version", "text/plain;version=0.0.4", "text"],
    ["plain text of a version that does not exist", "text/plain;version=9", "text"],
    ["OpenMetrics", om, "openmetrics"],
    ["OpenMetrics 1.0.0", `${om};version=1.0.0`, "openmetrics"],
    [
      "OpenMetrics 1.0.0 with spaces, quotes and other parameters",
      ` ${om} ; version="1.0.0" ; charset=utf-8`,
      "openmetrics",
    ],
    ["OpenMetrics in capitals", "APPLICATION/OpenMetrics-Text; Version=1.0.0", "openmetrics"],
    ["OpenMetrics of a version to come", `${om};version=2.0.0`, "text"],
    [
      "Prometheus 2.42",
      `${om};version=1.0.0,${om};version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1`,
      "openmetrics",
    ],
    [
      "Prometheus 3",
      `${om};version=1.0.0;escaping=allow-utf-8;q=0.5,${om};version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,/;q=0.1`,
      "openmetrics",
    ],
    [
      "Prometheus with the protobuf format first",
      `application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,text/plain;version=0.0.4;q=0.3,${om};version=1.0.0;q=0.6`,
      "openmetrics",
    ],
    ["text before OpenMetrics", `text/plain,${om};q=0.9`, "text"],
    ["both alike", `text/plain;version=0.0.4,${om};version=1.0.0`, "openmetrics"],
    ["OpenMetrics refused", `${om};q=0, */*`, "text"],
    ["text refused", "text/plain;q=0, */*;q=0.1", "openmetrics"],
    ["everything refused", "*/*;q=0", "text"],
    ["a browser", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text"],
    ["curl", "*/*", "text"],
    ["something else", "application/json", "text"],
    ["a quality that is none", `${om};q=high`, "text"],
    ["a quality above 1", `${om};q=2, text/plain;q=0.1`, "text"],
    ["a negative quality", `${om};q=-1`, "text"],
    ["only commas", ",,,;,", "text"],
    ["only semicolons", ";;;q=;", "text"],
    ["a thousandth more", `text/plain;q=0.499,${om};q=0.5`, "openmetrics"],
    ["a header of 100 kB", `${om},`.repeat(4_000), "text"],
  ])("for %s", (_, accept, format) => {
    expect(formatFor(accept)).toBe(format);
  });
});

describe("gzip", () => {
  it.each([
    [undefined, false],
    ["", false],
    ["gzip", true],
    ["x-gzip", true],
    ["GZIP;q=0.5, identity", true],
    ["gzip;q=0", false],
    ["*", true],
    ["*;q=0", false],
    ["gzip;q=0, *", false],
    ["deflate, br", false],
    ["gzip;q=zero", false],
  ])("for %j: %s", (header, isTaken) => {
    expect(takesGzip(header)).toBe(isTaken);
  });
});
