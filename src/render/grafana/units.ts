import * as units from "@grafana/grafana-foundation-sdk/units";

const known: ReadonlySet<string> = new Set(Object.values(units).filter((unit) => typeof unit === "string"));

/** True for an id of Grafana's list of units. */
export function isUnit(unit: string): boolean {
  return known.has(unit);
}
