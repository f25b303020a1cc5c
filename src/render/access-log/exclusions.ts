import type { NginxSettings, Waf } from "../../catalog/nginx/settings.ts";
import type { Path } from "../../diagnostics/path.ts";

/** A rule that is switched off on some paths until a day. */
export interface Exclusion {
  readonly rule: number;
  readonly path: string;
  /** Last day, as in `2027-06-30`. */
  readonly until: string;
  readonly source: Path;
}

/** Exclusions with an end that are in force on some route; of equal ones the first to end, where the inventory says it first. */
export function exclusionsOf(settings: NginxSettings, path: Path): readonly Exclusion[] {
  const found = new Map<string, Exclusion>();
  const add = (waf: Waf, level: Path): void => {
    if (waf === "off") return;
    for (const [at, { rule, path: from, until }] of waf.exclusions.entries()) {
      const known = found.get(`${rule} ${from}`);
      if (until === undefined || (known !== undefined && known.until <= until)) continue;
      found.set(`${rule} ${from}`, { rule, path: from, until, source: [...level, "waf", "exclusions", at] });
    }
  };
  // Every route has the firewall of the level above unless it has its own; the outermost level that says it is where it is written.
  const isUsed = (waf: Waf): boolean =>
    settings.sites.some(({ routes }) => routes.some((route) => isSame(route.waf, waf)));
  if (isUsed(settings.waf)) add(settings.waf, path);
  for (const [at, site] of settings.sites.entries()) {
    const here = [...path, "sites", at];
    if (!isSame(site.waf, settings.waf) && isUsed(site.waf)) add(site.waf, here);
    for (const [index, route] of site.routes.entries())
      if (!isSame(route.waf, site.waf)) add(route.waf, [...here, "routes", index]);
  }
  return [...found.values()].toSorted((a, b) => a.rule - b.rule || (a.path < b.path ? -1 : 1));
}

function isSame(a: Waf, b: Waf): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
