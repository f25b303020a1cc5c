import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatFor, takesGzip } from "../../../src/service/metrics/negotiate.ts";

const prometheus2 =
  "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
const prometheus3 =
  "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

describe("the format of a scrape", () => {
  it.each([
    [undefined, "text"],
    ["", "text"],
    ["*/*", "text"],
    ["text/plain", "text"],
    ["text/*", "text"],
    ["application/*", "openmetrics"],
    ["text/plain; version=0.0.4", "text"],
    ["application/openmetrics-text", "openmetrics"],
    ["application/openmetrics-text; version=1.0.0; charset=utf-8", "openmetrics"],
    ['application/openmetrics-text; version="1.0.0"', "openmetrics"],
    ["APPLICATION/OpenMetrics-Text;VERSION=1.0.0", "openmetrics"],
    [prometheus2, "openmetrics"],
    [prometheus3, "openmetrics"],
    ["application/openmetrics-text;q=0.4,text/plain;q=0.5", "text"],
    ["application/openmetrics-text;q=0,*/*", "text"],
    ["text/plain;q=0,application/openmetrics-text;q=0.1", "openmetrics"],
    ["application/openmetrics-text;version=0.0.1", "text"],
    ["application/openmetrics-text;version=2.0.0,text/plain;q=0.1", "text"],
    ["application/json", "text"],
    ["text/html,application/xhtml+xml,*/*;q=0.8", "text"],
    ["application/openmetrics-text;q=2", "text"],
    ["application/openmetrics-text;q=", "text"],
    [";;;,,,===", "text"],
  ] as const)("for Accept %s is %s", (accept, format) => {
    expect(formatFor(accept)).toBe(format);
  });

  it("is decided for any header at all", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (accept) => ["text", "openmetrics"].includes(formatFor(accept))),
    );
  });
});

describe("gzip", () => {
  it.each([
    [undefined, false],
    ["gzip", true],
    ["x-gzip", true],
    ["deflate, gzip;q=0.5", true],
    ["gzip;q=0", false],
    ["*", true],
    ["*;q=0", false],
    ["gzip;q=0, *", false],
    ["identity", false],
    ["br", false],
  ])("for Accept-Encoding %s is %s", (header, isTaken) => {
    expect(takesGzip(header)).toBe(isTaken);
  });
});
