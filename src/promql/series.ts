import type { MetricFamily } from "../signals/metric.ts";
import type { Matcher } from "./ast.ts";
import { fixed, type Label, labelOf } from "./label-values.ts";
import { nearest } from "./nearest.ts";
import type { SeriesType, Shape } from "./shape.ts";
import { type Exposure, exposures, type Targets } from "./targets.ts";
import { type Recorded, scrapeSeries, type World } from "./world.ts";

/** Where series of one name come from: a family on some targets, a rule, or Prometheus itself. */
export interface Source {
  readonly targets: Targets | undefined;
  /** Labels beside those of the targets. */
  readonly own: ReadonlyMap<string, Label>;
  /** There may be more labels. */
  readonly open: boolean;
  readonly type: SeriesType;
  /** The values of `own` were seen in one capture only. */
  readonly snapshot: boolean;
}

/** A source that the exporter has, but not here. */
export interface OffSource {
  readonly source: Source;
  readonly why: string;
}

const none: ReadonlyMap<string, Label> = new Map();
const suffixes = ["_bucket", "_sum", "_count"];

/** Looks up series by name. Everything is worked out on first use and kept. */
export class SeriesIndex {
  readonly #world: World;
  readonly #shapeOf: (expr: string) => Shape;
  readonly #exposures: readonly Exposure[];
  readonly #recorded: ReadonlyMap<string, readonly Recorded[]>;
  readonly #named = new Map<string, readonly Source[]>();
  readonly #byName = new Map<string, readonly string[]>();
  readonly #near = new Map<string, string | undefined>();
  #names: ReadonlySet<string> | undefined;
  /** What selectors give, by their text, as far as it has been worked out. */
  readonly selections = new Map<string, Shape>();
  /** Every label that some target has. */
  readonly targetLabels: ReadonlySet<string>;

  /** `shapeOf` infers what a recording rule gives. */
  constructor(world: World, shapeOf: (expr: string) => Shape) {
    this.#world = world;
    this.#shapeOf = shapeOf;
    this.#exposures = exposures(world.providers);
    this.#recorded = Map.groupBy(world.recorded, ({ name }) => name);
    this.targetLabels = new Set(this.#exposures.flatMap(({ targets }) => [...targets.labels.keys()]));
  }

  /** Sources of the series of this name, none if it is unknown. */
  named(name: string): readonly Source[] {
    const before = this.#named.get(name);
    if (before !== undefined) return before;
    // A rule that refers to itself meets this while its labels are still being inferred.
    this.#named.set(name, [{ targets: undefined, own: none, open: true, type: "unknown", snapshot: false }]);
    const sources = this.#find(name);
    this.#named.set(name, sources);
    return sources;
  }

  /** Sources of a name that are not exposed, with the reason. */
  off(name: string): readonly OffSource[] {
    return this.#exposures.flatMap(({ off, targets }) => {
      const found = lookUp(name, (family) => off.get(family));
      if (found === undefined) return [];
      const source = sourceOf(found.found.family, found.suffix, targets);
      return source === undefined ? [] : [{ source, why: found.found.why }];
    });
  }

  /** Sources of all series with such a name; `key` says which those are. */
  byName(key: string, takes: (name: string) => boolean): readonly Source[] {
    const names = this.#byName.get(key) ?? [...this.names()].filter(takes);
    this.#byName.set(key, names);
    return names.flatMap((name) => this.named(name));
  }

  /** Any series of the targets and rules. */
  anyName(): readonly Source[] {
    const open = { own: none, open: true, type: "unknown", snapshot: false } as const;
    const scraped = this.#exposures.map(({ targets }) => ({ targets, ...open }));
    return this.#recorded.size > 0 || scraped.length === 0 ? [...scraped, { targets: undefined, ...open }] : scraped;
  }

  /** Names of all series. */
  names(): ReadonlySet<string> {
    if (this.#names === undefined) {
      const names = new Set([...scrapeSeries, "ALERTS", "ALERTS_FOR_STATE", ...this.#recorded.keys()]);
      for (const { on } of this.#exposures) {
        for (const { name, type } of on.values()) {
          if (type !== "histogram") names.add(name);
          if (type !== "histogram" && type !== "summary") continue;
          for (const suffix of suffixes) if (type === "histogram" || suffix !== "_bucket") names.add(name + suffix);
        }
      }
      this.#names = names;
    }
    return this.#names;
  }

  /** The known name that was probably meant. */
  nearest(name: string): string | undefined {
    if (!this.#near.has(name)) this.#near.set(name, nearest(name, this.names()));
    return this.#near.get(name);
  }

  /** Whether the name is that of a histogram, which has only series with a suffix. */
  isHistogram(name: string): boolean {
    return this.#exposures.some(({ on }) => on.get(name)?.type === "histogram");
  }

  #find(name: string): readonly Source[] {
    const recorded = (this.#recorded.get(name) ?? []).map((rule) => this.#recordedSource(rule));
    if (scrapeSeries.includes(name)) {
      const scraped = this.#exposures.map(({ targets }) => plain(targets));
      return [...scraped, ...recorded];
    }
    if (name === "ALERTS" || name === "ALERTS_FOR_STATE") return [...recorded, this.#alerts(name)];
    const exposed: Source[] = [];
    for (const { on, targets } of this.#exposures) {
      const found = lookUp(name, (family) => on.get(family));
      const source = found === undefined ? undefined : sourceOf(found.found, found.suffix, targets);
      if (source !== undefined) exposed.push(source);
    }
    if (exposed.length + recorded.length > 0) return [...exposed, ...recorded];
    const open = { own: none, open: true, type: "unknown", snapshot: false } as const;
    return this.#exposures.filter(({ anything }) => anything).map(({ targets }) => ({ targets, ...open }));
  }

  #alerts(name: string): Source {
    const { alertNames } = this.#world;
    const own = new Map([["alertname", labelOf(alertNames.length > 0 ? alertNames : "open")]]);
    if (name === "ALERTS") own.set("alertstate", labelOf(["pending", "firing"]));
    return { targets: undefined, own, open: true, type: "gauge", snapshot: false };
  }

  #recordedSource(rule: Recorded): Source {
    const shape = this.#shapeOf(rule.expr);
    const own = new Map(shape.labels);
    for (const [name, value] of Object.entries(rule.labels)) {
      if (value === "") own.delete(name);
      else own.set(name, fixed(value));
    }
    return { targets: undefined, own, open: shape.open, type: shape.type, snapshot: false };
  }
}

/** Whether a matcher speaks of the metric's name. */
export function isName({ label }: Matcher): boolean {
  return label === "__name__";
}

function lookUp<Found>(
  name: string,
  get: (family: string) => Found | undefined,
): { readonly found: Found; readonly suffix: string } | undefined {
  const whole = get(name);
  if (whole !== undefined) return { found: whole, suffix: "" };
  const suffix = suffixes.find((one) => name.endsWith(one));
  if (suffix === undefined) return undefined;
  const found = get(name.slice(0, -suffix.length));
  return found === undefined ? undefined : { found, suffix };
}

function plain(targets: Targets): Source {
  return { targets, own: none, open: false, type: "gauge", snapshot: false };
}

function sourceOf(family: MetricFamily, suffix: string, targets: Targets): Source | undefined {
  const type = typeOf(family, suffix);
  if (type === undefined) return undefined;
  const own = new Map<string, Label>();
  for (const [name, values] of Object.entries(family.labels)) {
    const clash = targets.labels.get(name);
    if (clash === undefined) own.set(name, labelOf(values));
    else {
      // The scrape renames the exporter's label; where only some targets have one of that name, both are possible.
      own.set(`exported_${name}`, { ...labelOf(values), always: clash.always });
      if (!clash.always) own.set(name, { values: "open", always: false, pinned: false });
    }
  }
  if (family.type === "histogram" && suffix === "_bucket") own.set("le", labelOf("open"));
  if (family.type === "summary" && suffix === "") own.set("quantile", labelOf("open"));
  return { targets, own, open: false, type, snapshot: family.snapshot === true };
}

/** Undefined if the family has no such series. */
function typeOf({ type, cumulative }: MetricFamily, suffix: string): SeriesType | undefined {
  if (type === "histogram") return suffix === "" ? undefined : "counter";
  if (type === "summary") return suffix === "_bucket" ? undefined : suffix === "" ? "unknown" : "counter";
  if (suffix !== "") return undefined;
  return cumulative === true || type === "untyped" ? "unknown" : type;
}
