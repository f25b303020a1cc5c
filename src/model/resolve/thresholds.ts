import { nearest } from "../../diagnostics/nearest.ts";
import type { Path } from "../../diagnostics/path.ts";
import { isUnsafe } from "../../inventory/values.ts";
import type { ThresholdUnit } from "../../signals/alert.ts";
import type { KindFacts, Resolution } from "../context.ts";
import type { AlertOverride, Thresholds } from "../model.ts";
import { parseDuration, parseSize } from "../units.ts";

interface Entry {
  readonly threshold?: number | string | undefined;
  readonly for?: string | undefined;
  readonly severity?: "critical" | "warning" | "info" | undefined;
  readonly enabled: boolean;
}

const forms: Readonly<Record<ThresholdUnit, string>> = {
  ratio: "a ratio such as 0.15 or 15%",
  seconds: "a duration such as 10s, or a number of seconds",
  bytes: "a size such as 512MB, or a number of bytes",
  count: "a number",
};

type Alert = KindFacts["alerts"][number];

/** Overrides of alerts, in base units. An alert that none of `kinds` has is reported. */
export function resolveThresholds(
  entries: Readonly<Record<string, Entry>>,
  path: Path,
  kinds: readonly KindFacts[],
  resolution: Resolution,
): Thresholds {
  const result: Record<string, AlertOverride> = {};
  for (const [name, entry] of Object.entries(entries)) {
    const source = [...path, name];
    const alert = findAlert(name, kinds);
    if (alert === undefined) {
      reportUnknown(name, source, kinds, resolution);
      continue;
    }
    const threshold = entry.threshold === undefined ? undefined : baseUnits(entry.threshold, alert.threshold?.unit);
    if (entry.threshold !== undefined && (threshold === undefined || Number.isNaN(threshold)))
      resolution.report(
        isUnsafe(String(entry.threshold)) ? "unsafe-value" : "invalid-value",
        [...source, "threshold"],
        `threshold of ${name} is ${JSON.stringify(entry.threshold)}, which does not fit it`,
        {
          hint:
            alert.threshold === undefined
              ? `remove it: ${name} has no threshold`
              : `write ${forms[alert.threshold.unit]}`,
        },
      );
    else if (threshold !== undefined && entry.enabled) {
      const never = neverReached(threshold, alert);
      if (never !== undefined)
        resolution.report(
          "invalid-value",
          [...source, "threshold"],
          `threshold of ${name} is ${JSON.stringify(entry.threshold)}, and a share is never ${never}: it would never fire`,
          { hint: `write a ratio between 0 and 1, or ${name}: { enabled: false }` },
        );
    }
    result[name] = {
      threshold: Number.isNaN(threshold) ? undefined : threshold,
      forMs: entry.for === undefined ? undefined : parseDuration(entry.for),
      severity: entry.severity,
      enabled: entry.enabled,
      source,
    };
  }
  return result;
}

/** How a share would have to be for the alert to fire, where none is: more than the whole, or less than nothing. */
function neverReached(threshold: number, { expr = "", threshold: declared }: Alert): string | undefined {
  if (declared?.unit !== "ratio") return undefined;
  if (threshold === 1 && />\s*\$threshold/.test(expr)) return "more than 100%";
  if (threshold === 0 && /<\s*\$threshold/.test(expr)) return "less than 0%";
  return undefined;
}

/** The alert of that name, as any of the kinds declares it. */
export function findAlert(name: string, kinds: Iterable<KindFacts>): Alert | undefined {
  for (const kind of kinds) for (const alert of kind.alerts) if (alert.name === name) return alert;
  return undefined;
}

/** Says that there is no such alert, with the nearest one; if another kind has it, with that kind. */
export function reportUnknown(
  name: string,
  path: Path,
  kinds: readonly KindFacts[],
  resolution: Resolution,
  at: "key" | "value" = "key",
): void {
  const elsewhere = [...resolution.kinds.values()].find((kind) => kind.alerts.some((alert) => alert.name === name));
  const near = nearest(
    name,
    kinds.flatMap((kind) => kind.alerts.map((alert) => alert.name)),
  );
  const message =
    elsewhere === undefined
      ? `there is no alert ${name}`
      : `${name} is an alert of kind ${elsewhere.id}, not of ${kinds.map((kind) => kind.id).join(", ")}`;
  resolution.report("unknown-alert", path, message, {
    at,
    hint: near === undefined ? "remove it; the README of each kind lists its alerts" : `write ${near}`,
  });
}

function baseUnits(value: number | string, unit: ThresholdUnit | undefined): number | undefined {
  switch (unit) {
    case undefined:
      return undefined;
    case "count":
      return typeof value === "number" ? value : Number.NaN;
    case "ratio": {
      const number =
        typeof value === "number"
          ? value
          : /^[0-9.]+%$/.test(value)
            ? Number((Number(value.slice(0, -1)) / 100).toPrecision(12))
            : Number.NaN;
      return number >= 0 && number <= 1 ? number : Number.NaN;
    }
    case "seconds":
      return typeof value === "number" ? value : parseDuration(value) / 1000;
    case "bytes":
      return typeof value === "number" ? value : parseSize(value);
  }
}
