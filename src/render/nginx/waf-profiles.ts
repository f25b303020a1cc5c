import { sha256 } from "../../artifact/manifest.ts";
import type { ActiveWaf, NginxSettings, Waf } from "../../catalog/nginx/settings.ts";
import type { Path } from "../../diagnostics/path.ts";

/** One way in which routes want the firewall; equal ones are one. */
export interface Profile {
  /** Name of its file, without the ending: the mode, and a digest of the rest. */
  readonly name: string;
  readonly waf: ActiveWaf;
  /** Where the inventory says it, the outermost place first. */
  readonly source: Path;
}

export interface Profiles {
  readonly all: readonly Profile[];
  readonly of: (waf: Waf) => Profile | undefined;
}

/** Which ways there are of running the firewall on the routes of a service. */
export function planProfiles(settings: NginxSettings, source: Path): Profiles {
  const found = new Map<string, Profile>();
  const used = new Set(settings.sites.flatMap(({ routes }) => routes.map(({ waf }) => keyOf(waf))));
  const add = (waf: Waf, path: Path): void => {
    const key = keyOf(waf);
    if (waf === "off" || !used.has(key) || found.has(key)) return;
    found.set(key, { name: `${waf.mode}-${sha256(key).slice(0, 8)}`, waf, source: [...path, "waf"] });
  };
  add(settings.waf, source);
  for (const [at, site] of settings.sites.entries()) {
    add(site.waf, [...source, "sites", at]);
    for (const [index, route] of site.routes.entries()) add(route.waf, [...source, "sites", at, "routes", index]);
  }
  return {
    all: [...found.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    of: (waf) => found.get(keyOf(waf)),
  };
}

/** What it does; reasons and ends are for people. */
function keyOf(waf: Waf): string {
  if (waf === "off") return waf;
  const { mode, allowed_methods, exclusions, inspected_body } = waf;
  return JSON.stringify([mode, allowed_methods, exclusions.map(({ rule, path }) => [rule, path]), inspected_body]);
}
