import { unknownSite } from "../access-counts.ts";
import type { AccessLogConfig } from "../config.ts";
import { type HistogramFamily, NumberFamily } from "../families.ts";
import { type AuditRecord, readAuditRecord } from "./audit-record.ts";
import { endOfDay } from "./end-of-day.ts";
import { SitesOfRequests, type Waiting } from "./sites-of-requests.ts";
import { Suspects } from "./suspects.ts";

const modes = ["off", "detect", "block"] as const;
export type WafMode = (typeof modes)[number];

/** What the access log says about a request, as far as the firewall is concerned. */
export interface SeenRequest {
  /** First name of the site, as nginx has it. */
  readonly site: string;
  readonly id: string;
  readonly client: string;
  /** ISO 8601. */
  readonly time: string;
  /** Answered with 2xx. */
  readonly isGood: boolean;
  /** Answered with 400 or more. */
  readonly isFailed: boolean;
}

/** So many series by rule; what comes after is counted under `other`. The Core Rule Set has about 200 rules that can refuse. */
const maxRules = 1000;
const ruleLabels = ["server_name", "rule_id"] as const;

/** Counts what the firewall does, from lines of its audit log and from good requests of the access log. */
export class WafCounts {
  readonly blocked = family(
    "counter",
    "waf_blocked_requests_total",
    "Requests that the firewall has refused, by the first rule that matched.",
    ruleLabels,
  );
  readonly detected = family(
    "counter",
    "waf_detected_requests_total",
    "Requests that the firewall would have refused if it did not only look on, by the first rule that matched.",
    ruleLabels,
  );
  readonly records = family("counter", "waf_audit_log_records_total", "Records of the audit log that were read.", []);
  readonly parseErrors = family(
    "counter",
    "waf_audit_log_parse_errors_total",
    "Records of the audit log that were not understood; they are in no other count.",
    [],
  );
  readonly #mode = family(
    "gauge",
    "waf_engine_mode",
    "1 for what the firewall does in the nginx that runs, 0 for the rest; 0 everywhere where that is not known.",
    ["server_name", "mode"],
  );
  readonly #suspects = family(
    "gauge",
    "waf_rule_suspect_clients",
    "Clients with good requests that the rule has then stopped, within an hour.",
    ruleLabels,
  );
  readonly #expires = family(
    "gauge",
    "waf_exclusion_expires_timestamp_seconds",
    "End of the last day of an exclusion.",
    ["rule_id", "path"],
  );

  readonly #requests = new SitesOfRequests((record, site = unknownSite) => this.#add(record, site));
  /** Sites for which the inventory asks for the firewall. */
  readonly #guarded: ReadonlySet<string>;
  /** Those of them on which it only looks on: any of their requests may have a record. */
  readonly #watched: ReadonlySet<string>;
  readonly #clients: Suspects;
  readonly #seconds = new LastTime();
  readonly #records = this.records.cell();
  readonly #parseErrors = this.parseErrors.cell();

  constructor({ sites, exclusions, timezone }: Pick<AccessLogConfig, "sites" | "exclusions" | "timezone">) {
    const sitesWith = (modes: readonly WafMode[]): ReadonlySet<string> =>
      new Set(
        sites
          .filter(({ routes }) => routes.some(({ waf }) => modes.includes(waf)))
          .map(({ server_name }) => server_name[0] ?? ""),
      );
    this.#guarded = sitesWith(["detect", "block"]);
    this.#watched = sitesWith(["detect"]);
    this.#clients = new Suspects(this.#guarded);
    for (const { rule, path, until } of exclusions)
      this.#expires.cell(String(rule), path).value = endOfDay(until, timezone);
    this.setModes(new Map());
  }

  /** What is exposed, in order. Brings the gauges up to date. */
  families(nowMs: number): readonly (NumberFamily | HistogramFamily)[] {
    const counts = this.#clients.count(nowMs);
    for (const [[site = "", rule = ""]] of this.#suspects.series())
      this.#suspects.cell(site, rule).value = counts.get(`${site} ${rule}`) ?? 0;
    for (const [place, count] of counts) {
      const [site = "", rule = ""] = place.split(" ");
      this.#suspects.cell(site, rule).value = count;
    }
    return [this.#mode, this.blocked, this.detected, this.#suspects, this.#expires, this.records, this.parseErrors];
  }

  /** Those that a state keeps. */
  get counters(): readonly NumberFamily[] {
    return [this.blocked, this.detected, this.records, this.parseErrors];
  }

  /** True for families whose series come only with the first request. */
  hasRule(family: NumberFamily): boolean {
    return family === this.blocked || family === this.detected;
  }

  /** True for series that a saved state may bring back. */
  accepts = ([site = ""]: readonly string[]): boolean => site === unknownSite || this.#guarded.has(site);

  /** Records whose line of the access log has not been read yet. */
  get waiting(): readonly Waiting[] {
    return this.#requests.waiting;
  }

  /** Takes over records that waited when an earlier exporter was stopped. */
  restoreWaiting(waiting: readonly Waiting[]): void {
    this.#requests.restore(waiting);
  }

  /** A request of the access log, of any site. */
  request({ site, id, client, time, isGood, isFailed }: SeenRequest): void {
    if (!this.#guarded.has(site)) return;
    if (isGood) this.#clients.good(site, client, this.#seconds.parse(time));
    // A refused request ends with 400 or more.
    this.#requests.line(id, site, isFailed || this.#watched.has(site));
  }

  /** The access log has been read to its end. */
  atEnd(): void {
    this.#requests.atEnd();
  }

  /** Counts whole records, each with its line feed, and those that were too long to be read. */
  countLines(text: string, tooLong: number): void {
    this.#records.value += tooLong;
    this.#parseErrors.value += tooLong;
    for (const line of text.split("\n").slice(0, -1)) {
      this.#records.value++;
      if (!this.#count(line)) this.#parseErrors.value++;
    }
  }

  /** What is in force, by the first name of a site. */
  setModes(inForce: ReadonlyMap<string, WafMode>): void {
    for (const site of this.#guarded)
      for (const mode of modes) this.#mode.cell(site, mode).value = inForce.get(site) === mode ? 1 : 0;
  }

  #count(line: string): boolean {
    const record = readAuditRecord(line);
    if (record === undefined) return false;
    if (record.outcome !== "none") this.#requests.record(record);
    return true;
  }

  #add({ outcome, rule: id, client, time }: AuditRecord, site: string): void {
    const counts = outcome === "blocked" ? this.blocked : this.detected;
    const rule = counts.size < maxRules || counts.has(site, id) ? id : "other";
    counts.cell(site, rule).value++;
    if (outcome === "blocked") this.#clients.stop(site, rule, { client, atMs: Date.parse(time) });
  }
}

/** Reads times of which many are the same. */
class LastTime {
  #text = "";
  #ms = 0;

  parse(text: string): number {
    if (text !== this.#text) {
      this.#text = text;
      this.#ms = Date.parse(text);
    }
    return this.#ms;
  }
}

function family(type: "counter" | "gauge", name: string, help: string, labels: readonly string[]): NumberFamily {
  return new NumberFamily({ type, name, help, labels });
}
