import { type Problem, problem } from "../diagnostics/problem.ts";
import type { Service } from "../model/model.ts";
import type { Endpoint } from "../signals/endpoint.ts";
import type { Unit } from "../signals/host.ts";

/** What of a kind decides whether an inventory can say where its metrics are. */
interface Owner {
  readonly id: string;
  readonly tools?: readonly string[];
}

/** Endpoints where the inventory's `metrics: { path, port }` has them; it speaks of the one exporter that a kind brings. */
export function placed(kind: Owner, service: Service, usual: readonly Endpoint[]): readonly Endpoint[] {
  const endpoint = onlyOwn(kind, usual);
  if (endpoint === undefined || service.metrics === undefined) return usual;
  const { path = endpoint.path, port = endpoint.port } = service.metrics;
  return [{ ...endpoint, port, ...(path === undefined ? {} : { path }) }];
}

/** Units that listen on the usual port of the exporter, on the one that the inventory says. */
export function moved(
  kind: Owner,
  service: Service,
  usual: readonly Endpoint[],
  units: readonly Unit[],
): readonly Unit[] {
  const from = onlyOwn(kind, usual)?.port;
  const to = service.metrics?.port;
  if (to === undefined) return units;
  return units.map((unit) =>
    unit.listen !== undefined && unit.listen.port === from ? { ...unit, listen: { ...unit.listen, port: to } } : unit,
  );
}

/** Where `metrics` would say nothing, it says so rather than being ignored. */
export function checkPlaced(kind: Owner, service: Service, usual: readonly Endpoint[]): readonly Problem[] {
  // Those two always have metrics; without a port they say themselves what is missing.
  const isApplication = kind.id === "custom" || kind.id === "nodejs";
  if (service.metrics === undefined || isApplication || onlyOwn(kind, usual) !== undefined) return [];
  const why =
    usual.length > 1
      ? `is scraped in ${usual.length} places (${usual.map(({ exporter }) => exporter.name).join(", ")})`
      : usual.length === 1
        ? `is scraped through ${usual[0]?.exporter.name}, which is another service`
        : "is not scraped";
  return [
    problem(
      "invalid-value",
      [...service.source, "metrics"],
      `metrics says nothing of service "${service.name}": kind ${kind.id} ${why}`,
      { at: "key", hint: "remove metrics" },
    ),
  ];
}

function onlyOwn({ id, tools = [] }: Owner, endpoints: readonly Endpoint[]): Endpoint | undefined {
  const [first, ...more] = endpoints;
  return first !== undefined && more.length === 0 && [id, ...tools].includes(first.exporter.name) ? first : undefined;
}
