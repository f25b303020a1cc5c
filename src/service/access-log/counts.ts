import { AccessCounts } from "./access-counts.ts";
import type { AccessLogConfig } from "./config.ts";
import { ExporterMetrics } from "./exporter-metrics.ts";
import { HistogramFamily, type NumberFamily, type SavedSeries } from "./families.ts";
import { WafCounts } from "./waf/waf-counts.ts";

/** Everything that one exporter counts. */
export class Counts {
  readonly access: AccessCounts;
  /** Only with the firewall. */
  readonly waf: WafCounts | undefined;
  readonly exporter: ExporterMetrics;

  constructor(config: AccessLogConfig, version: string) {
    const waf = config.audit_log === undefined ? undefined : new WafCounts(config);
    this.waf = waf;
    this.access = new AccessCounts(config, waf && ((request) => waf.request(request)));
    this.exporter = new ExporterMetrics(version, waf === undefined ? ["access"] : ["access", "audit"]);
  }

  families(nowMs: number): readonly (NumberFamily | HistogramFamily)[] {
    return [...this.access.families, ...(this.waf?.families(nowMs) ?? []), ...this.exporter.families];
  }

  /** Counters by name, as they stand in the state file. */
  save(): Record<string, SavedSeries> {
    return Object.fromEntries(this.#lasting().map((family) => [family.description.name, family.save()]));
  }

  /** Goes on counting from what was saved. Series that the config does not have any more are left out. */
  restore(saved: Readonly<Record<string, SavedSeries>>): void {
    for (const family of this.#lasting()) {
      const series = saved[family.description.name] ?? [];
      if (family instanceof HistogramFamily) family.restore(series);
      else family.restore(series, this.waf?.hasRule(family) === true ? this.waf.accepts : undefined);
    }
  }

  #lasting(): readonly (NumberFamily | HistogramFamily)[] {
    const { failures, gaps, stateFailures } = this.exporter;
    return [...this.access.families, ...(this.waf?.counters ?? []), failures, gaps, stateFailures];
  }
}
