import type { CaseSeries } from "../../signals/alert.ts";
import type { AlertRule } from "../../signals/signals.ts";
import { printNumber } from "./expression.ts";

/** Seconds between two samples, and between two evaluations. */
export const stepSeconds = 60;

/** Target labels of a made-up service. */
export type Target = Readonly<Record<string, string>>;

/** The labels of the first instance of a service. */
export function target(rule: AlertRule, service: string): Target {
  return {
    job: rule.kind,
    service,
    owner: `${service}-owners`,
    kind: rule.kind,
    host: `${service}-1`,
    platform: "test",
    environment: "test",
  };
}

/** A series of a test. */
export interface Named {
  /** Name of the metric. */
  readonly name: string;
  /** The series with all its labels, as promtool reads it. */
  readonly labels: string;
  readonly values: number | string;
}

/** Adds the target labels that a case does not name itself. What is recorded for a service has no host. */
export function named(series: CaseSeries, defaults: Target): readonly Named[] {
  return Object.entries(series).map(([key, values]) => {
    const { name, own } = written(key);
    const recorded = name.startsWith("service:");
    const host = own.get("host") ?? JSON.stringify(defaults["host"]);
    const all = new Map<string, string>();
    for (const [label, value] of Object.entries(defaults)) {
      if (recorded && !["service", "owner", "kind", "job"].includes(label)) continue;
      all.set(label, JSON.stringify(value));
    }
    if (!recorded) all.set("instance", `${host.slice(0, -1)}:9100"`);
    for (const [label, value] of own) all.set(label, value.replaceAll("$service", defaults["service"] ?? ""));
    const labels = [...all].filter(([, value]) => value !== '""').sort(([a], [b]) => (a < b ? -1 : 1));
    return { name, labels: `${name}{${labels.map(([label, value]) => `${label}=${value}`).join(",")}}`, values };
  });
}

interface Written {
  readonly name: string;
  /** Labels with their values in quotes. */
  readonly own: ReadonlyMap<string, string>;
}

/** A series as a case writes it. A case stands in several tests, and for several scopes of its rule. */
function written(key: string): Written {
  const before = known.get(key);
  if (before !== undefined) return before;
  const [, name = key, body = ""] = /^([^{]+)(?:\{(.*)\})?$/s.exec(key) ?? [];
  const labels = [...body.matchAll(/([A-Za-z_]\w*)\s*=\s*("(?:[^"\\]|\\.)*")/g)];
  const read = { name, own: new Map(labels.map((match) => [match[1] ?? "", match[2] ?? ""])) };
  known.set(key, read);
  return read;
}

const known = new Map<string, Written>();

/** A constant for the whole test; promtool's notation as it stands. */
export function expand(values: number | string, untilSeconds: number): string {
  return typeof values === "string" ? values : `${printNumber(values)}+0x${Math.ceil(untilSeconds / stepSeconds) + 1}`;
}
