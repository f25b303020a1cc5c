import { type Problem, problem } from "../../diagnostics/problem.ts";
import type { KindFacts } from "../context.ts";
import type { Host, Instance, Model, Service } from "../model.ts";
import type { Checked } from "./index.ts";

/** A unit of a host that two services would have to set up, each in its own way. */
interface SharedUnit {
  readonly host: string;
  readonly unit: string;
  readonly earlier: Service;
  readonly later: Service;
  readonly instance: Instance;
}

/** What we write is for Linux, and a host has one unit of a name: two services cannot each have it their way. */
export function checkHostFiles({ model, kinds }: Checked): readonly Problem[] {
  return [...unitProblems(model, kinds), ...systemProblems(model, kinds)];
}

/** Two checks ask for it, and on a thousand hosts it takes its time. */
const known = new WeakMap<Model, readonly SharedUnit[]>();

/** Units that two services of a host share, although files of ours say how they run. What is implied comes first. */
export function sharedUnits({ model, kinds }: Pick<Checked, "model" | "kinds">): readonly SharedUnit[] {
  const before = known.get(model) ?? findShared(model, kinds);
  known.set(model, before);
  return before;
}

function findShared(model: Model, kinds: Checked["kinds"]): readonly SharedUnit[] {
  const found: SharedUnit[] = [];
  const byHost = new Map<string, Map<string, Service>>();
  const services = [...model.services.values()].sort((a, b) => Number(b.implicit) - Number(a.implicit));
  for (const service of services) {
    const units = writtenUnits(model, kinds.get(service.kind), service);
    if (units.length === 0) continue;
    for (const instance of service.instances.filter(({ host }) => isOurs(host))) {
      const host = instance.host.name;
      const taken = byHost.get(host) ?? new Map<string, Service>();
      byHost.set(host, taken);
      for (const unit of units) {
        const earlier = taken.get(unit);
        if (earlier === undefined) taken.set(unit, service);
        else found.push({ host, unit, earlier, later: service, instance });
      }
    }
  }
  return found;
}

function unitProblems(model: Model, kinds: ReadonlyMap<string, KindFacts>): readonly Problem[] {
  const told = new Set<string>();
  return sharedUnits({ model, kinds }).flatMap(({ host, unit, earlier, later, instance }) => {
    const pair = `${later.name} ${earlier.name}`;
    if (told.has(pair)) return [];
    told.add(pair);
    return problem(
      "invalid-value",
      instance.source,
      `host "${host}" has one unit ${unit}, which service "${later.name}" and service "${earlier.name}" ({line}) would each set up in their own way`,
      { at: "key", mentions: earlier.source, hint: `run one of them on another host${otherWay(model, kinds, later)}` },
    );
  });
}

function otherWay(model: Model, kinds: ReadonlyMap<string, KindFacts>, later: Service): string {
  if (later.kind === "nodejs") return `, or write the unit of ${later.name} under nodejs.unit`;
  const hasExporter =
    kinds
      .get(later.kind)
      ?.endpoints(later, model)
      .every(({ port }) => port !== later.port) === true;
  return hasExporter && later.port !== undefined
    ? `, or write external with HOST:PORT instead of hosts for ${later.name}, and run its exporter yourself`
    : "";
}

/** Kinds for whose unit a target of its own writes files: what has an application's settings read, a balancer's config. */
const writtenElsewhere: readonly string[] = ["nodejs", "keepalived"];

/** Names of units for which we write files. */
function writtenUnits(model: Model, kind: KindFacts | undefined, service: Service): readonly string[] {
  const names = (kind?.units?.(service, model) ?? [])
    .filter(
      ({ own, variables }) => own !== undefined || variables !== undefined || writtenElsewhere.includes(service.kind),
    )
    .map(({ name }) => name);
  return [...new Set(names)];
}

function isOurs(host: Host): boolean {
  return host.managed && host.os !== "windows";
}

/** Kinds that say themselves on which systems they run. */
const ownCheck: readonly string[] = ["node", "windows", "keepalived"];

function systemProblems(model: Model, kinds: ReadonlyMap<string, KindFacts>): readonly Problem[] {
  return [...model.services.values()].flatMap((service) => {
    const kind = kinds.get(service.kind);
    const wrong = service.instances.filter(({ host }) => host.managed && host.os === "windows");
    if (kind === undefined || wrong.length === 0 || ownCheck.includes(kind.id)) return [];
    const isForLinux =
      (kind.units?.(service, model) ?? []).some(({ own, variables }) => own !== undefined || variables !== undefined) ||
      (kind.hostFiles?.(service, model) ?? []).length > 0;
    if (!isForLinux) return [];
    return wrong.map(({ host, source }) =>
      problem(
        "invalid-value",
        source,
        `service "${service.name}" of kind ${kind.id} is on host "${host.name}", which has os: windows; units and files for the kind are for Linux`,
        {
          at: "key",
          hint: `run it on a host with Linux, or write managed: false on host ${host.name} and set it up there yourself`,
        },
      ),
    );
  });
}
