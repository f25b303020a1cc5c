import type { Matcher, Selector } from "../ast.ts";
import type { Report } from "../finding.ts";
import { type Label, labelOf, narrow, predicate } from "../label-values.ts";
import { nearest } from "../nearest.ts";
import { isName, type SeriesIndex, type Source } from "../series.ts";
import { type Shape, union, unknownShape } from "../shape.ts";
import { narrowAll, type Targets } from "../targets.ts";
import { scrapeSeries, targetLabels } from "../world.ts";

/**
 * What a selector gives. Reports `unknown-metric`, `collector-off`, `unknown-label` and `impossible-match`, and then
 * takes the series as unknown, so that one mistake is told once.
 */
export function checkSelector(selector: Selector, series: SeriesIndex, report: Report): Shape {
  const sources = sourcesOf(selector, series);
  if (sources === undefined) return unknownShape;
  const matchers = selector.matchers.filter((matcher) => !isName(matcher));
  if (sources.length === 0) {
    reportUnknown(selector, series, report);
    return unknownShape;
  }
  const left = candidates(sources, matchers).flatMap((source) => narrowSource(source, matchers) ?? []);
  if (left.length === 0) {
    if (!reportOff(selector, { matchers, series, report })) reportImpossible(selector, { matchers, sources, report });
    return unknownShape;
  }
  for (const matcher of matchers) {
    if (isIdle(matcher) && !targetLabels.has(matcher.label) && !sources.some((source) => has(source, matcher.label))) {
      reportLabel(selector, matcher, { sources, report });
    }
  }
  return shapeOf(left, matchers, isOnEveryTarget(selector));
}

/** Undefined if it is not known which series are meant. */
function sourcesOf(selector: Selector, series: SeriesIndex): readonly Source[] | undefined {
  if (selector.variable) return undefined;
  if (selector.name !== undefined) return series.named(selector.name);
  const names = selector.matchers.filter(isName);
  if (names.length === 0) return series.anyName();
  const tests = names.map(predicate);
  if (tests.includes(undefined)) return undefined;
  return series.byName(names.map(print).join(","), (name) => tests.every((test) => test?.(name) ?? true));
}

function has({ own, targets, open }: Source, label: string): boolean {
  return open || own.has(label) || targets?.labels.has(label) === true;
}

function find({ own, targets, open }: Source, label: string): Label | undefined {
  return own.get(label) ?? targets?.labels.get(label) ?? (open ? { ...labelOf("open"), always: false } : undefined);
}

/** A matcher that takes series without the label, although it seems to ask for something. */
function isIdle({ op, value, variable }: Matcher): boolean {
  return variable || ((op === "!=" || op === "!~") && value !== "");
}

function narrowSource(source: Source, matchers: readonly Matcher[]): Source | undefined {
  if (matchers.length === 0) return source;
  if (matchers.some((matcher) => rulesOut(source, matcher))) return undefined;
  const { targets } = source;
  const isOfTargets = ({ label }: Matcher): boolean => !source.own.has(label) && targets?.labels.has(label) === true;
  const onTargets = targets === undefined ? [] : matchers.filter(isOfTargets);
  const ownMatchers = matchers.filter((matcher) => !isOfTargets(matcher));
  const narrowedTargets = targets?.narrow(onTargets);
  if (targets !== undefined && narrowedTargets === undefined) return undefined;
  const own = narrowAll(source.open ? opened(source.own, ownMatchers) : source.own, ownMatchers);
  return own === undefined ? undefined : { ...source, targets: narrowedTargets, own };
}

/** Whether `label="value"` alone leaves nothing: of many sources this says no to nearly all, and costs nothing. */
function rulesOut(source: Source, matcher: Matcher): boolean {
  if (!isValue(matcher)) return false;
  const values = valuesIn(source, matcher.label);
  return values !== undefined && values !== "open" && !values.has(matcher.value);
}

function valuesIn({ own, targets }: Source, label: string): Label["values"] | undefined {
  return (own.get(label) ?? targets?.labels.get(label))?.values;
}

/** A matcher that names one value, and not that there is none. */
function isValue({ op, value, variable }: Matcher): boolean {
  return op === "=" && value !== "" && !variable;
}

/** Sources by the values that they can have of a label; undefined where one may have any. */
type ByValue = ReadonlyMap<string, readonly Source[]> | undefined;

const indexes = new WeakMap<readonly Source[], Map<string, ByValue>>();
/** Fewer are sooner looked through. */
const many = 50;

/** Sources that the first matcher on a value leaves: a rule for each service gives a thousand, and each owner asks for its own. */
function candidates(sources: readonly Source[], matchers: readonly Matcher[]): readonly Source[] {
  const asked = sources.length < many ? undefined : matchers.find(isValue);
  if (asked === undefined) return sources;
  const index = indexes.get(sources) ?? new Map<string, ByValue>();
  indexes.set(sources, index);
  if (!index.has(asked.label)) index.set(asked.label, byValue(sources, asked.label));
  const known = index.get(asked.label);
  return known === undefined ? sources : (known.get(asked.value) ?? []);
}

function byValue(sources: readonly Source[], label: string): ByValue {
  const found = new Map<string, Source[]>();
  for (const source of sources) {
    const values = valuesIn(source, label) ?? (source.open ? "open" : []);
    if (values === "open") return undefined;
    for (const value of values) {
      const having = found.get(value) ?? [];
      found.set(value, having);
      having.push(source);
    }
  }
  return found;
}

function opened(own: Source["own"], matchers: readonly Matcher[]): Source["own"] {
  const labels = new Map(own);
  for (const { label } of matchers) if (!labels.has(label)) labels.set(label, { ...labelOf("open"), always: false });
  return labels;
}

const combined = new WeakMap<Targets, WeakMap<Source["own"], ReadonlyMap<string, Label>>>();

function allLabels({ targets, own }: Source): ReadonlyMap<string, Label> {
  if (targets === undefined) return own;
  let byOwn = combined.get(targets);
  if (byOwn === undefined) {
    byOwn = new WeakMap();
    combined.set(targets, byOwn);
  }
  let labels = byOwn.get(own);
  if (labels === undefined) {
    labels = own.size === 0 ? targets.labels : new Map([...targets.labels, ...own]);
    byOwn.set(own, labels);
  }
  return labels;
}

/** Other metrics may be missing on some instances: replication is shown by replicas only. */
function isOnEveryTarget({ name = "" }: Selector): boolean {
  return scrapeSeries.includes(name) || /^[a-z0-9]+_up$/.test(name);
}

function shapeOf(sources: readonly Source[], matchers: readonly Matcher[], isEverywhere: boolean): Shape {
  return union(
    sources.map((source) => {
      // A matcher on the exporter's labels or on something unknown may leave one instance of several.
      const isSelective = matchers.some(
        ({ label, variable }) => variable || source.targets?.labels.has(label) !== true,
      );
      const crowd = isSelective || !isEverywhere ? undefined : source.targets?.crowd;
      return { labels: allLabels(source), open: source.open, type: source.type, crowd };
    }),
  );
}

function reportUnknown(selector: Selector, series: SeriesIndex, report: Report): void {
  const { name, head } = selector;
  const why = name === undefined ? undefined : series.off(name)[0]?.why;
  if (why !== undefined) {
    report("collector-off", head, `${name} is not exposed here`, { hint: why });
    return;
  }
  if (name === undefined) {
    report("unknown-metric", head, "no target exposes and no rule records a metric with such a name");
    return;
  }
  report("unknown-metric", head, `no target exposes ${name} and no rule records it`, {
    hint: suggestion(name, series),
  });
}

/** What names of old releases of exporters lack: `node_cpu` is now `node_cpu_seconds_total`. */
const units = ["_total", "_bytes", "_seconds", "_seconds_total", "_bytes_total", "_celsius", "_ratio"];

function suggestion(name: string, series: SeriesIndex): string | undefined {
  if (series.isHistogram(name)) return `write ${name}_bucket, ${name}_sum or ${name}_count: it is a histogram`;
  const names = series.names();
  const others = name.endsWith("_total") ? [name.slice(0, -"_total".length)] : units.map((unit) => name + unit);
  const near = others.find((other) => names.has(other)) ?? series.nearest(name);
  return near === undefined ? undefined : `write ${near}`;
}

interface Context {
  readonly matchers: readonly Matcher[];
  readonly series: SeriesIndex;
  readonly report: Report;
}

/** Says that what the selector asks for exists, but not on the targets that its matchers leave. */
function reportOff({ name, head }: Selector, { matchers, series, report }: Context): boolean {
  if (name === undefined) return false;
  const off = series.off(name).find(({ source }) => narrowSource(source, matchers) !== undefined);
  if (off === undefined) return false;
  report("collector-off", head, `${name} is not exposed on these targets`, { hint: off.why });
  return true;
}

interface Failure {
  readonly matchers: readonly Matcher[];
  readonly sources: readonly Source[];
  readonly report: Report;
}

function reportImpossible(selector: Selector, { matchers, sources, report }: Failure): void {
  let isTold = false;
  for (const matcher of matchers) {
    if (sources.some((source) => narrowSource(source, [matcher]) !== undefined)) continue;
    isTold = true;
    if (sources.some((source) => has(source, matcher.label))) reportValue(selector, matcher, { sources, report });
    else reportLabel(selector, matcher, { sources, report });
  }
  if (isTold) return;
  let left = sources;
  for (const matcher of matchers) {
    const before = left;
    left = left.flatMap((source) => narrowSource(source, [matcher]) ?? []);
    if (left.length > 0) continue;
    const message = `no series of ${metric(selector)} has ${print(matcher)} together with the matchers before it`;
    report("impossible-match", matcher, message, { hint: values(before, matcher), ...severity(before, matcher) });
    return;
  }
}

function reportValue(selector: Selector, matcher: Matcher, { sources, report }: Omit<Failure, "matchers">): void {
  const message = `no series of ${metric(selector)} has ${print(matcher)}`;
  report("impossible-match", matcher, message, { hint: values(sources, matcher), ...severity(sources, matcher) });
}

function reportLabel(selector: Selector, matcher: Matcher, { sources, report }: Omit<Failure, "matchers">): void {
  const { from, label } = matcher;
  const labels = new Set(sources.flatMap((source) => [...(source.targets?.labels.keys() ?? []), ...source.own.keys()]));
  const near = nearest(label, labels);
  const own = new Set(sources.flatMap((source) => [...source.own.keys()]));
  const hint = near !== undefined ? `write ${near}` : own.size > 0 ? `its own labels: ${listed(own)}` : undefined;
  report("unknown-label", { from, to: from + label.length }, `${metric(selector)} has no label ${label}`, { hint });
}

/** A warning where the values are known from one capture only. */
function severity(sources: readonly Source[], { label }: Matcher): { severity?: "warning" } {
  const owners = sources.filter(({ own }) => own.has(label));
  return owners.length > 0 && owners.every(({ snapshot }) => snapshot) ? { severity: "warning" } : {};
}

function values(sources: readonly Source[], matcher: Matcher): string | undefined {
  const known = new Set<string>();
  for (const source of sources) {
    const label = find(source, matcher.label);
    if (label === undefined || narrow(label, { ...matcher, op: "!=", value: "" }) === "impossible") continue;
    if (label.values === "open") return undefined;
    for (const value of label.values) known.add(value);
  }
  const near = nearest(matcher.value, known);
  if (near !== undefined) return `write ${matcher.label}="${near}"`;
  return known.size === 0 ? undefined : `${matcher.label} is ${listed(known)}`;
}

function listed(names: ReadonlySet<string>): string {
  const sorted = [...names].toSorted();
  return sorted.length > 8 ? `${sorted.slice(0, 8).join(", ")} and ${sorted.length - 8} more` : sorted.join(", ");
}

function metric({ name }: Selector): string {
  return name ?? "the selector";
}

function print({ label, op, value }: Matcher): string {
  return `${label}${op}"${value}"`;
}
