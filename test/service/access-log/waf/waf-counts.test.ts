import { describe, expect, it } from "vitest";
import { Counts } from "../../../../src/service/access-log/counts.ts";
import { printFamilies } from "../../../../src/service/access-log/exposition.ts";
import { readAuditRecord } from "../../../../src/service/access-log/waf/audit-record.ts";
import { accessLine, auditRecord, config } from "../config.ts";

const nowMs = Date.parse("2026-11-21T10:10:00+08:00");
const refused = { "http.response.status_code": "403" };

/** Local time, as ModSecurity writes it. */
function stamp(iso: string): string {
  const [, day = "", month = "", date = "", year = "", time = ""] =
    /^(\S+) (\S+) (\S+) (\S+) (\S+)/.exec(new Date(iso).toString()) ?? [];
  return `${day} ${month} ${day === "" ? "" : date} ${time} ${year}`;
}

class Balancer {
  readonly counts = new Counts(config, "1.2.3");
  #requests = 0;

  /** A request with its line and, where rules matched, its record; `first` is what is read first. */
  request(
    values: Readonly<Record<string, string>>,
    record?: Parameters<typeof auditRecord>[0],
    first: "line" | "record" = "record",
  ): void {
    const id = String(this.#requests++).padStart(32, "0");
    const line = `${accessLine({ "http.request.id": id, ...values })}\n`;
    const audit = record === undefined ? "" : `${auditRecord({ request: id, ...record })}\n`;
    if (first === "line") this.counts.access.countLines(line, 0);
    this.counts.waf?.countLines(audit, 0);
    if (first === "record") this.counts.access.countLines(line, 0);
  }

  above0(name: string): readonly string[] {
    return printFamilies(this.counts.families(nowMs))
      .split("\n")
      .filter((line) => line.startsWith(name) && !line.endsWith(" 0"));
  }
}

describe("a record of the audit log", () => {
  it.each([
    [
      "blocked under the first rule that matched",
      { rules: ["920350", "942100", "949110", "980130"] },
      "blocked",
      "920350",
    ],
    [
      "detected where the engine looks on",
      { engine: "DetectionOnly", code: 200, rules: ["941100", "949110"] },
      "detected",
      "941100",
    ],
    ["blocked by a rule of its own", { code: 400, rules: ["1003"] }, "blocked", "1003"],
    ["blocked by what an answer holds", { rules: ["950130", "959100"] }, "blocked", "950130"],
    ["nothing where the score was too low", { code: 200, rules: ["920350"] }, "none", "920350"],
    ["nothing where the service itself refused", { code: 403, rules: ["920350"] }, "none", "920350"],
    ["nothing where it was written because of the status", { code: 502, rules: [] }, "none", ""],
    ["nothing where the engine is off", { engine: "Disabled", rules: ["949110"] }, "none", "949110"],
  ] as const)("is %s", (_, record, outcome, rule) => {
    expect(readAuditRecord(auditRecord(record))).toMatchObject({ outcome, rule });
  });

  it.each(["", "{", "[]", '{"transaction":{}}', '{"transaction":{"client_ip":1}}'])("is not understood: %s", (line) => {
    const balancer = new Balancer();
    balancer.counts.waf?.countLines(`${line}\n`, 0);
    expect(balancer.above0("waf_audit_log")).toEqual([
      "waf_audit_log_records_total 1",
      "waf_audit_log_parse_errors_total 1",
    ]);
  });

  it.each(["line", "record"] as const)("finds its site by the id of the request when its %s is read first", (first) => {
    const balancer = new Balancer();
    balancer.request(refused, { rules: ["942100", "949110"] }, first);
    const watch = { "nginx.server_name": "watch.example.org" };
    balancer.request(watch, { engine: "DetectionOnly", code: 200, rules: ["941100", "949110"] }, first);
    expect(balancer.above0("waf_blocked")).toEqual([
      'waf_blocked_requests_total{server_name="shop.example.org",rule_id="942100"} 1',
    ]);
    expect(balancer.above0("waf_detected")).toEqual([
      'waf_detected_requests_total{server_name="watch.example.org",rule_id="941100"} 1',
    ]);
  });

  it("is counted under _ when its line does not come, and waits in the state meanwhile", () => {
    const { counts } = new Balancer();
    counts.waf?.countLines(`${auditRecord({ rules: ["942100", "949110"] })}\n`, 0);
    const after = new Balancer();
    after.counts.waf?.restoreWaiting(counts.waf?.waiting ?? []);
    for (let look = 0; look < 3; look++) after.counts.waf?.atEnd();
    expect(after.above0("waf_blocked")).toEqual([]);
    after.counts.waf?.atEnd();
    expect(after.above0("waf_blocked")).toEqual(['waf_blocked_requests_total{server_name="_",rule_id="942100"} 1']);
    expect(after.counts.waf?.waiting).toEqual([]);
  });

  it("makes a bounded number of series", () => {
    const balancer = new Balancer();
    for (let rule = 0; rule < 1500; rule++) balancer.request(refused, { rules: [String(rule), "949110"] });
    const series = balancer.above0("waf_blocked");
    expect(series).toHaveLength(1001);
    expect(series).toContain('waf_blocked_requests_total{server_name="shop.example.org",rule_id="other"} 500');
  });
});

describe("clients that a rule stopped", () => {
  const good = (at: string, client: string): Readonly<Record<string, string>> => ({
    "@timestamp": at,
    "client.ip": client,
  });
  const suspects = 'waf_rule_suspect_clients{server_name="shop.example.org",rule_id="942100"}';

  function stopped(balancer: Balancer, at: string, client: string): void {
    const record = { client, time: stamp(at), rules: ["942100", "949110"] };
    balancer.request({ ...refused, ...good(at, client) }, record);
  }

  it("are suspect where they had good requests within the hour before, each once", () => {
    const balancer = new Balancer();
    balancer.request(good("2026-11-21T09:30:00+08:00", "203.0.113.1"));
    balancer.request(good("2026-11-21T08:00:00+08:00", "203.0.113.2"));
    stopped(balancer, "2026-11-21T10:00:00+08:00", "203.0.113.1");
    stopped(balancer, "2026-11-21T10:00:05+08:00", "203.0.113.1");
    // The last good request was long ago; there was none.
    stopped(balancer, "2026-11-21T10:00:00+08:00", "203.0.113.2");
    stopped(balancer, "2026-11-21T10:00:00+08:00", "203.0.113.3");
    expect(balancer.above0("waf_rule")).toEqual([`${suspects} 1`]);
  });

  it("are forgotten after an hour", () => {
    const balancer = new Balancer();
    balancer.request(good("2026-11-21T09:30:00+08:00", "203.0.113.1"));
    stopped(balancer, "2026-11-21T10:00:00+08:00", "203.0.113.1");
    expect(balancer.above0("waf_rule")).toEqual([`${suspects} 1`]);
    const later = printFamilies(balancer.counts.families(Date.parse("2026-11-21T11:00:01+08:00")));
    expect(later).toContain(`${suspects} 0\n`);
  });

  it("take bounded memory: a million clients are not all remembered", () => {
    const balancer = new Balancer();
    for (let client = 0; client < 60_000; client++)
      balancer.counts.waf?.request({
        site: "shop.example.org",
        id: String(client),
        client: `client ${client}`,
        time: "2026-11-21T10:00:00+08:00",
        isGood: true,
        isFailed: false,
      });
    stopped(balancer, "2026-11-21T10:00:01+08:00", "client 0");
    stopped(balancer, "2026-11-21T10:00:01+08:00", "client 59999");
    expect(balancer.above0("waf_rule")).toEqual([`${suspects} 1`]);
  });
});

it("an exclusion ends with its last day in the inventory's time zone", () => {
  const [line = ""] = new Balancer().above0("waf_exclusion_expires_timestamp_seconds");
  expect(Number(line.split(" ").at(-1))).toBe(Date.parse("2027-06-30T16:00:00Z") / 1000);
});
