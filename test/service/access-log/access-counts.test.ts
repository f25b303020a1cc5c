import { describe, expect, it } from "vitest";
import { AccessCounts } from "../../../src/service/access-log/access-counts.ts";
import { printFamilies } from "../../../src/service/access-log/exposition.ts";
import { accessLine, config } from "./config.ts";

function countsOf(...lines: readonly string[]): AccessCounts {
  const counts = new AccessCounts(config);
  counts.countLines(lines.map((line) => `${line}\n`).join(""), 0);
  return counts;
}

/** Series above 0 as they are exposed. */
function above0(counts: AccessCounts, name: string): readonly string[] {
  return printFamilies(counts.families)
    .split("\n")
    .filter((line) => line.startsWith(name) && !line.endsWith(" 0"));
}

describe("a line of the access log", () => {
  it("counts under its site, route and class, with its bytes and its time", () => {
    const counts = countsOf(accessLine(), accessLine({ "event.duration_seconds": "0.500" }));
    expect(above0(counts, "nginx_http_server")).toEqual([
      'nginx_http_server_requests_total{server_name="shop.example.org",route="/",status_class="2xx"} 2',
      'nginx_http_server_request_duration_seconds_bucket{server_name="shop.example.org",route="/",le="0.1"} 1',
      'nginx_http_server_request_duration_seconds_bucket{server_name="shop.example.org",route="/",le="1"} 2',
      'nginx_http_server_request_duration_seconds_bucket{server_name="shop.example.org",route="/",le="+Inf"} 2',
      'nginx_http_server_request_duration_seconds_sum{server_name="shop.example.org",route="/"} 0.55',
      'nginx_http_server_request_duration_seconds_count{server_name="shop.example.org",route="/"} 2',
      'nginx_http_server_response_bytes_total{server_name="shop.example.org",route="/"} 200',
    ]);
  });

  it.each([
    ["101", "1xx"],
    ["204", "2xx"],
    ["304", "3xx"],
    ["499", "4xx"],
    ["504", "5xx"],
    ["000", "other"],
    ["009", "other"],
    ["600", "other"],
    ["20", "other"],
  ])("has with status %s the class %s", (status, wanted) => {
    const counts = countsOf(accessLine({ "http.response.status_code": status }));
    expect(above0(counts, "nginx_http_server_requests_total")).toEqual([
      `nginx_http_server_requests_total{server_name="shop.example.org",route="/",status_class="${wanted}"} 1`,
    ]);
  });

  it("counts each instance that was tried, and times the one whose answer the client got", () => {
    const counts = countsOf(
      accessLine({
        "nginx.upstream.address": "192.0.2.21:3000, [2001:db8::22]:3000 : 192.0.2.21:3000",
        "nginx.upstream.status": "502, 504 : 200",
        "nginx.upstream.response_time": "0.001, 2.000 : 0.300",
      }),
    );
    expect(above0(counts, "nginx_http_upstream_attempts_total")).toEqual([
      'nginx_http_upstream_attempts_total{upstream="app",peer="app1:3000",status_class="2xx"} 1',
      'nginx_http_upstream_attempts_total{upstream="app",peer="app1:3000",status_class="5xx"} 1',
      'nginx_http_upstream_attempts_total{upstream="app",peer="app2:3000",status_class="5xx"} 1',
    ]);
    expect(above0(counts, "nginx_http_upstream_response_duration_seconds_sum")).toEqual([
      'nginx_http_upstream_response_duration_seconds_sum{server_name="shop.example.org",route="/",upstream="app"} 0.3',
    ]);
  });

  it("tells a request for which no instance was left by the upstream's name in the place of an address", () => {
    const counts = countsOf(
      accessLine({
        "nginx.upstream.address": "app",
        "nginx.upstream.status": "502",
        "nginx.upstream.response_time": "0.000",
      }),
      accessLine({
        "nginx.upstream.address": "192.0.2.21:3000, app.round_robin",
        "nginx.upstream.status": "502, 502",
        "nginx.upstream.response_time": "0.000, 0.000",
      }),
    );
    expect(above0(counts, "nginx_http_upstream_unavailable_total")).toEqual([
      'nginx_http_upstream_unavailable_total{server_name="shop.example.org",route="/",upstream="app"} 2',
    ]);
    expect(above0(counts, "nginx_http_upstream_attempts_total")).toEqual([
      'nginx_http_upstream_attempts_total{upstream="app",peer="app1:3000",status_class="5xx"} 1',
    ]);
    expect(above0(counts, "nginx_http_upstream_response_duration_seconds_count")).toEqual([]);
  });

  it("asks no instance where nginx answers by itself", () => {
    const counts = countsOf(
      accessLine({ "nginx.upstream.address": "", "nginx.upstream.status": "" }),
      accessLine({ "nginx.upstream.address": "-", "nginx.upstream.status": "-" }),
    );
    expect(above0(counts, "nginx_http_upstream")).toEqual([]);
  });

  it("takes any address for the only instance of an external service, because DNS gives it", () => {
    const counts = countsOf(
      accessLine({
        "nginx.server_name": "watch.example.org",
        "nginx.upstream.service": "cloud",
        "nginx.upstream.address": "198.51.100.7:443",
      }),
    );
    expect(above0(counts, "nginx_http_upstream_attempts_total")).toEqual([
      'nginx_http_upstream_attempts_total{upstream="cloud",peer="api.cloud.example:443",status_class="2xx"} 1',
    ]);
  });

  it("does not time upgraded connections", () => {
    const counts = countsOf(
      accessLine({ "http.response.status_code": "101", "nginx.route": "/ws", "event.duration_seconds": "3600.000" }),
    );
    expect(above0(counts, "nginx_http_server_requests_total")).toHaveLength(1);
    expect(above0(counts, "nginx_http_server_request_duration_seconds")).toEqual([]);
    expect(above0(counts, "nginx_http_upstream_response_duration_seconds")).toEqual([]);
  });

  it("makes no series that the inventory does not name, whatever a line says", () => {
    const empty = printFamilies(new AccessCounts(config).families).split("\n").length;
    const counts = countsOf(
      ...Array.from({ length: 50 }, (_, at) =>
        accessLine({
          "nginx.server_name": `unknown${at}`,
          "nginx.route": `/unknown${at}`,
          "nginx.upstream.service": `unknown${at}`,
          "nginx.upstream.address": `192.0.2.99:${at}`,
        }),
      ),
    );
    expect(above0(counts, "nginx_http_server_requests_total")).toEqual([
      'nginx_http_server_requests_total{server_name="_",route="",status_class="2xx"} 50',
    ]);
    expect(above0(counts, "nginx_http_upstream_attempts_total")).toEqual([
      'nginx_http_upstream_attempts_total{upstream="_",peer="_",status_class="2xx"} 50',
    ]);
    // Times of the one place under which all of them are counted.
    expect(printFamilies(counts.families).split("\n").length - empty).toBe(6);
  });

  it.each([
    ["no JSON", '203.0.113.9 - - [21/Nov/2026:10:00:00 +0800] "GET / HTTP/1.1" 200 2'],
    ["cut off", accessLine().slice(0, 200)],
    ["an array", "[]"],
    ["without a status", JSON.stringify({ "nginx.server_name": "shop.example.org", "event.duration_seconds": 1 })],
    [
      "with a time that is text",
      accessLine().replace('"event.duration_seconds":0.050', '"event.duration_seconds":"0.050"'),
    ],
    ["empty", ""],
  ])("is not understood where it is %s, and is in no other count", (_, line) => {
    const counts = countsOf(line, accessLine());
    expect(above0(counts, "nginx_access_log")).toEqual([
      "nginx_access_log_lines_total 2",
      "nginx_access_log_parse_errors_total 1",
    ]);
    expect(above0(counts, "nginx_http_server_requests_total")).toHaveLength(1);
  });

  it("was read and not understood where it was too long", () => {
    const counts = new AccessCounts(config);
    counts.countLines("", 1);
    expect(above0(counts, "nginx_access_log")).toEqual([
      "nginx_access_log_lines_total 1",
      "nginx_access_log_parse_errors_total 1",
    ]);
  });
});
