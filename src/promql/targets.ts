import type { MetricFamily } from "../signals/metric.ts";
import type { Matcher } from "./ast.ts";
import { anyOf, fixed, type Label, labelOf, narrow } from "./label-values.ts";
import type { Provider, TargetValues } from "./world.ts";

/** Services whose targets expose the same families. */
export interface Exposure {
  readonly on: ReadonlyMap<string, MetricFamily>;
  readonly off: Provider["off"];
  readonly anything: boolean;
  readonly targets: Targets;
}

interface Group {
  readonly first: Provider;
  readonly labels: ReadonlyMap<string, Label>[];
}

/** Groups the providers, so that what holds for a kind is worked out once and not per service. */
export function exposures(providers: readonly Provider[]): readonly Exposure[] {
  const groups: Group[] = [];
  const bySize = new Map<string, Group[]>();
  const byFamilies = new Map<Provider["on"], Group>();
  const label = sharing();
  const groupOf = (provider: Provider): Group => {
    const key = `${provider.anything ?? false} ${provider.on.size} ${provider.off.size} ${provider.on.keys().next().value}`;
    const alike = bySize.get(key) ?? [];
    bySize.set(key, alike);
    let group = alike.find(({ first }) => isSame(first.on, provider.on) && isSameOff(first.off, provider.off));
    if (group === undefined) {
      group = { first: provider, labels: [] };
      alike.push(group);
      groups.push(group);
    }
    byFamilies.set(provider.on, group);
    return group;
  };
  for (const provider of providers) {
    const last = byFamilies.get(provider.on);
    const isAlike = last?.first.off === provider.off && last.first.anything === provider.anything;
    const group = isAlike ? last : groupOf(provider);
    const labels = new Map<string, Label>();
    for (const [name, values] of Object.entries(provider.targetLabels)) labels.set(name, label(values));
    group.labels.push(labels);
  }
  return groups.map(({ first, labels }) => ({
    on: first.on,
    off: first.off,
    anything: first.anything === true,
    targets: new Targets(labels),
  }));
}

/** One label for all providers that have the same single value: what is the same object need not be compared by values. */
function sharing(): (values: TargetValues) => Label {
  const shared = new Map<string, Label>();
  return (values) => {
    const [only] = values === "open" ? [] : values;
    if (only === undefined || values === "open" || ("size" in values ? values.size : values.length) > 1)
      return labelOf(values);
    const label = shared.get(only) ?? labelOf(values);
    shared.set(only, label);
    return label;
  };
}

function isSame(one: Exposure["on"], other: Exposure["on"]): boolean {
  if (one === other) return true;
  for (const [name, family] of one) if (other.get(name) !== family) return false;
  return one.size === other.size;
}

function isSameOff(one: Exposure["off"], other: Exposure["off"]): boolean {
  if (one === other) return true;
  for (const [name, { family, why }] of one) {
    const found = other.get(name);
    if (found?.family !== family || found.why !== why) return false;
  }
  return one.size === other.size;
}

type Services = readonly ReadonlyMap<string, Label>[];

/** What has the same label on all services, whatever they had before; undefined where none has it. */
type Overrides = ReadonlyMap<string, Label | undefined>;

/** The target labels of some services. */
export class Targets {
  readonly #services: Services;
  /** What matchers left of a label: the same for all services, so that none of them is copied for it. */
  readonly #overrides: Overrides;
  readonly #narrowed = new Map<string, Targets | undefined>();
  readonly #byValue = new Map<string, ReadonlyMap<string, Services> | undefined>();
  #labels: ReadonlyMap<string, Label> | undefined;
  #crowd: { readonly labels: ReadonlySet<string> | undefined } | undefined;

  constructor(services: Services, overrides: Overrides = new Map()) {
    this.#services = services;
    this.#overrides = overrides;
  }

  /** All of them together. */
  get labels(): ReadonlyMap<string, Label> {
    if (this.#labels === undefined) {
      const labels = new Map<string, Label>();
      const names = new Set<string>();
      for (const service of this.#services) for (const name of service.keys()) names.add(name);
      for (const name of names) {
        const label = this.#overrides.has(name)
          ? this.#overrides.get(name)
          : anyOf(this.#services.map((service) => service.get(name)));
        if (label !== undefined) labels.set(name, label);
      }
      this.#labels = labels;
    }
    return this.#labels;
  }

  /** For a service with several instances: the labels that are the same on all of them. */
  get crowd(): ReadonlySet<string> | undefined {
    this.#crowd ??= { labels: this.#findCrowd() };
    return this.#crowd.labels;
  }

  /** What matchers on target labels leave; undefined if nothing. */
  narrow(matchers: readonly Matcher[]): Targets | undefined {
    let left: Targets | undefined = this;
    for (const matcher of matchers) {
      if (matcher.variable && matcher.op !== "=") continue;
      left = left.#narrowOne(matcher);
      if (left === undefined) break;
    }
    return left;
  }

  #narrowOne(matcher: Matcher): Targets | undefined {
    const key = matcher.label + matcher.op + matcher.value;
    if (this.#narrowed.has(key)) return this.#narrowed.get(key);
    const targets = this.#overrides.has(matcher.label)
      ? this.#narrowOverride(matcher)
      : isValue(matcher)
        ? this.#pin(matcher)
        : this.#narrowEach(matcher);
    this.#narrowed.set(key, targets);
    return targets;
  }

  #narrowOverride(matcher: Matcher): Targets | undefined {
    const before = this.#overrides.get(matcher.label);
    const after = narrow(before, matcher);
    if (after === "impossible") return undefined;
    return after === before || (after === "absent" && before === undefined)
      ? this
      : this.#with(this.#services, matcher.label, after === "absent" ? undefined : after);
  }

  /** `label="value"` leaves the services that can have the value, and all of them with it. */
  #pin(matcher: Matcher): Targets | undefined {
    const { label, value } = matcher;
    const left = this.#candidates(matcher).filter((service) => {
      const values = service.get(label)?.values;
      return values === "open" || values?.has(value) === true;
    });
    return left.length === 0 ? undefined : this.#with(left, label, fixed(value));
  }

  #narrowEach(matcher: Matcher): Targets | undefined {
    const left: ReadonlyMap<string, Label>[] = [];
    let isSame = true;
    for (const service of this.#services) {
      const labels = narrowAll(service, [matcher]);
      if (labels !== undefined) left.push(labels);
      isSame &&= labels === service;
    }
    if (isSame && left.length === this.#services.length) return this;
    return left.length > 0 ? new Targets(left, this.#overrides) : undefined;
  }

  #with(services: Services, name: string, label: Label | undefined): Targets {
    return new Targets(services, new Map(this.#overrides).set(name, label));
  }

  /** Services that may have a value; a dashboard for each owner asks for a few of a thousand, again and again. */
  #candidates({ label, value }: Matcher): Services {
    if (!this.#byValue.has(label)) this.#byValue.set(label, byValue(this.#services, label));
    const known = this.#byValue.get(label);
    return known === undefined ? this.#services : (known.get(value) ?? []);
  }

  #findCrowd(): ReadonlySet<string> | undefined {
    for (const each of this.#services) {
      const service = this.#overridden(each);
      const instance = service.get("instance");
      if (instance === undefined || instance.pinned || instance.values === "open" || instance.values.size < 2) continue;
      const alike = [...service].filter(([, { values, always }]) => always && values !== "open" && values.size === 1);
      return new Set(alike.map(([name]) => name));
    }
    return undefined;
  }

  #overridden(service: ReadonlyMap<string, Label>): ReadonlyMap<string, Label> {
    if (this.#overrides.size === 0) return service;
    const labels = new Map(service);
    for (const [name, label] of this.#overrides) {
      if (label === undefined) labels.delete(name);
      else if (labels.has(name)) labels.set(name, label);
    }
    return labels;
  }
}

/** A matcher that names one value, and not that there is none. */
function isValue({ op, value, variable }: Matcher): boolean {
  return op === "=" && value !== "" && !variable;
}

/** Services by the values that they can have of a label; undefined where one may have any. */
function byValue(services: Services, label: string): ReadonlyMap<string, Services> | undefined {
  const found = new Map<string, ReadonlyMap<string, Label>[]>();
  for (const service of services) {
    const values = service.get(label)?.values ?? [];
    if (values === "open") return undefined;
    for (const value of values) {
      const having = found.get(value) ?? [];
      found.set(value, having);
      having.push(service);
    }
  }
  return found;
}

/** Labels of one source after matchers; undefined if no series is left. Matchers on other labels have to take "". */
export function narrowAll(
  labels: ReadonlyMap<string, Label>,
  matchers: readonly Matcher[],
): ReadonlyMap<string, Label> | undefined {
  let narrowed: Map<string, Label> | undefined;
  for (const matcher of matchers) {
    const before = (narrowed ?? labels).get(matcher.label);
    const after = narrow(before, matcher);
    if (after === "impossible") return undefined;
    if (after === before || (after === "absent" && before === undefined)) continue;
    narrowed ??= new Map(labels);
    if (after === "absent") narrowed.delete(matcher.label);
    else narrowed.set(matcher.label, after);
  }
  return narrowed ?? labels;
}
