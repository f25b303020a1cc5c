import { describe, expect, it } from "vitest";
import { collectorsOf, families, versionIn } from "../../../tools/capture/captured.ts";
import { merge, parseTextFormat } from "../../../tools/capture/text-format.ts";

const scrape = `# HELP http_seconds How long.
# TYPE http_seconds histogram
http_seconds_bucket{path="/a,b=\\"c\\"}",le="0.1"} 1
http_seconds_bucket{path="/",le="+Inf"} 2
http_seconds_sum{path="/"} 0.3
http_seconds_count{path="/"} 2
# TYPE gc_seconds summary
gc_seconds{quantile="0.5"} 1e-05
gc_seconds_sum 1
gc_seconds_count 3
# TYPE jobs_count gauge
jobs_count{state="idle",kind="x"} 4
untold 1 1700000000000
`;

describe("reading the text format", () => {
  it("files histograms and summaries under their base name, without le and quantile", () => {
    expect(Object.fromEntries(parseTextFormat(scrape))).toEqual({
      http_seconds: { type: "histogram", labels: ["path"] },
      gc_seconds: { type: "summary", labels: [] },
      jobs_count: { type: "gauge", labels: ["kind", "state"] },
      untold: { type: "untyped", labels: [] },
    });
  });

  it("refuses a line that is no sample", () => {
    expect(() => parseTextFormat("<html>")).toThrow("not a sample");
  });

  it("keeps the labels of all scrapes", () => {
    const one = parseTextFormat('up_total{a="1"} 1\n');
    const other = parseTextFormat('up_total{b="1"} 1\n');
    expect(merge([one, other]).get("up_total")?.labels).toEqual(["a", "b"]);
  });
});

describe("what is stored of a capture", () => {
  it("is sorted and has no label values", () => {
    const stored = families(parseTextFormat('z{device="sda"} 1\na 1\n'));
    expect(JSON.stringify(stored)).toBe('{"a":{"type":"untyped"},"z":{"type":"untyped","labels":["device"]}}');
  });

  it("names the collector of a family only where one alone shows it", () => {
    const of = collectorsOf([
      ["cpu", parseTextFormat("node_cpu 1\ngo_info 1\n")],
      ["time", parseTextFormat("node_time 1\ngo_info 1\n")],
    ]);
    expect([of("node_cpu"), of("node_time"), of("go_info"), of("other")]).toEqual([
      "cpu",
      "time",
      undefined,
      undefined,
    ]);
  });

  it("has the version without the distribution's revision", () => {
    expect(versionIn('redis_exporter_build_info{golang_version="go1.19.8",version="1.45.0-2+b4"} 1')).toBe("1.45.0");
  });
});
