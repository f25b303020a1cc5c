import type { MetricFamily } from "../signals/metric.ts";
import type { Matcher } from "./ast.ts";
import { anyOf, type Label, labelOf, narrow } from "./label-values.ts";
import type { Provider } from "./world.ts";

/** Services whose targets expose the same families. */
export interface Exposure {
  readonly on: ReadonlyMap<string, MetricFamily>;
  readonly off: Provider["off"];
  readonly anything: boolean;
  readonly targets: Targets;
}

/** Groups the providers, so that what holds for a kind is worked out once and not per service. */
export function exposures(providers: readonly Provider[]): readonly Exposure[] {
  const groups: { readonly first: Provider; readonly labels: ReadonlyMap<string, Label>[] }[] = [];
  const bySize = new Map<string, (typeof groups)[number][]>();
  for (const provider of providers) {
    const key = `${provider.anything ?? false} ${provider.on.size} ${provider.off.size} ${provider.on.keys().next().value}`;
    const alike = bySize.get(key) ?? [];
    bySize.set(key, alike);
    let group = alike.find(({ first }) => isSame(first.on, provider.on) && isSameOff(first.off, provider.off));
    if (group === undefined) {
      group = { first: provider, labels: [] };
      alike.push(group);
      groups.push(group);
    }
    group.labels.push(new Map(Object.entries(provider.targetLabels).map(([name, values]) => [name, labelOf(values)])));
  }
  return groups.map(({ first, labels }) => ({
    on: first.on,
    off: first.off,
    anything: first.anything === true,
    targets: new Targets(labels),
  }));
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

/** The target labels of some services. */
export class Targets {
  readonly #services: Services;
  readonly #narrowed = new Map<string, Targets | undefined>();
  readonly #byValue = new Map<string, ReadonlyMap<string, Services> | undefined>();
  #labels: ReadonlyMap<string, Label> | undefined;
  #crowd: { readonly labels: ReadonlySet<string> | undefined } | undefined;

  constructor(services: Services) {
    this.#services = services;
  }

  /** All of them together. */
  get labels(): ReadonlyMap<string, Label> {
    if (this.#labels === undefined) {
      const labels = new Map<string, Label>();
      const names = new Set(this.#services.flatMap((service) => [...service.keys()]));
      for (const name of names) labels.set(name, anyOf(this.#services.map((service) => service.get(name))));
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
    const left: ReadonlyMap<string, Label>[] = [];
    let isSame = true;
    for (const service of this.#candidates(matcher)) {
      const labels = narrowAll(service, [matcher]);
      if (labels !== undefined) left.push(labels);
      isSame &&= labels === service;
    }
    const targets =
      isSame && left.length === this.#services.length ? this : left.length > 0 ? new Targets(left) : undefined;
    this.#narrowed.set(key, targets);
    return targets;
  }

  /** Services that a matcher may leave; a dashboard for each owner asks for a few of a thousand, again and again. */
  #candidates({ label, op, value, variable }: Matcher): Services {
    if (op !== "=" || value === "" || variable) return this.#services;
    if (!this.#byValue.has(label)) this.#byValue.set(label, byValue(this.#services, label));
    const known = this.#byValue.get(label);
    return known === undefined ? this.#services : (known.get(value) ?? []);
  }

  #findCrowd(): ReadonlySet<string> | undefined {
    for (const service of this.#services) {
      const instance = service.get("instance");
      if (instance === undefined || instance.pinned || instance.values === "open" || instance.values.size < 2) continue;
      const alike = [...service].filter(([, { values, always }]) => always && values !== "open" && values.size === 1);
      return new Set(alike.map(([name]) => name));
    }
    return undefined;
  }
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
