import { expect, it } from "vitest";
import { Counts } from "../../../src/service/access-log/counts.ts";
import { printFamilies } from "../../../src/service/access-log/exposition.ts";
import { accessLine, auditRecord, config } from "./config.ts";

function busy(): Counts {
  const counts = new Counts(config, "1.2.3");
  counts.access.countLines(`${accessLine()}\n${accessLine({ "http.response.status_code": "403" })}\n`, 1);
  counts.waf?.countLines(`${auditRecord({ rules: ["942100", "949110"] })}\nnonsense\n`, 0);
  counts.exporter.gaps.cell("audit").value = 3;
  return counts;
}

/** What the state keeps, as it is exposed. */
function lasting(counts: Counts): readonly string[] {
  return printFamilies(counts.families(Date.parse("2026-11-21T10:00:01Z")))
    .split("\n")
    .filter((line) => !/^#|^process_|suspect_clients/.test(line));
}

it("counters go on from a state, and new series begin at 0", () => {
  const before = busy();
  const after = new Counts(config, "1.2.3");
  after.restore(JSON.parse(JSON.stringify(before.save())));
  expect(lasting(after)).toEqual(lasting(before));
  expect(lasting(after)).toContain('waf_blocked_requests_total{server_name="shop.example.org",rule_id="942100"} 1');
});

it("series that the config no longer has are left out of a state", () => {
  const [, watch] = config.sites;
  const after = new Counts({ ...config, sites: watch === undefined ? [] : [watch] }, "1.2.3");
  after.restore(busy().save());
  expect(lasting(after).filter((line) => line.includes("shop.example.org"))).toEqual([]);
  expect(lasting(after)).toContain("nginx_access_log_lines_total 3");
});

it("a histogram with other bounds begins anew", () => {
  const after = new Counts({ ...config, buckets: [0.5] }, "1.2.3");
  after.restore(busy().save());
  expect(lasting(after).filter((line) => /duration_seconds_count/.test(line) && !line.endsWith(" 0"))).toEqual([]);
});

it("what a label holds is escaped", () => {
  const site = { server_name: ['a"b\\c'], routes: [] };
  const counts = new Counts({ ...config, sites: [site] }, "1.2.3");
  expect(lasting(counts)).toContain('nginx_http_server_response_bytes_total{server_name="a\\"b\\\\c",route=""} 0');
});
