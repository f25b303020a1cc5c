import { type Problem, problem } from "../../diagnostics/problem.ts";
import type { KindFacts } from "../context.ts";
import type { Alerting, Model, Service } from "../model.ts";
import type { Checked } from "./index.ts";

/** Somebody is told, everything is watched, and the watcher too. */
export function checkMonitoring({ model, kinds }: Checked): readonly Problem[] {
  const { alerting } = model;
  const services = [...model.services.values()];
  const isProbed = services.some(({ kind }) => kind === "blackbox");
  return [
    ...services.flatMap((service) => unmonitored(model, service, kinds.get(service.kind), isProbed)),
    ...services.flatMap((service) => withoutSettings(model, service)),
    ...(alerting === undefined
      ? services.flatMap(toldByNobody)
      : [...unusedReceivers(model, alerting), ...unroutedSeverities(model, alerting), ...watchdog(alerting)]),
  ];
}

function unmonitored(model: Model, service: Service, kind: KindFacts | undefined, prober: boolean): readonly Problem[] {
  if (kind === undefined || service.implicit) return [];
  const endpoints = kind.endpoints(service, model);
  const scraped =
    service.instances.length > 0 ? endpoints.length > 0 : endpoints.some((endpoint) => endpoint.port === service.port);
  const asks = kind.probe !== undefined || service.health !== undefined;
  const answers = service.instances.some(
    (instance) => (service.health?.port ?? instance.port ?? service.port) !== undefined,
  );
  const probed = prober && ((asks && answers) || service.external.length > 0);
  if (scraped || probed) return [];
  return [
    problem(
      "unmonitored",
      service.source,
      `service "${service.name}" of kind ${kind.id} is neither scraped nor probed`,
      {
        at: "key",
        hint: prober
          ? "add health with the port that answers: health: { port: PORT, path: / }"
          : "add a service of kind blackbox, which probes it from outside",
      },
    ),
  ];
}

/** Node applications on managed Windows hosts: what we write is for Linux, so they learn nowhere what to deliver and where. */
function withoutSettings({ logging, tracing }: Model, { name, kind, instances }: Service): readonly Problem[] {
  if (kind !== "nodejs") return [];
  const on = instances.filter(({ host }) => host.managed && host.os === "windows");
  const [first] = on;
  const what = [...(logging === undefined ? [] : ["log records"]), ...(tracing === undefined ? [] : ["traces"])];
  if (first === undefined || what.length === 0) return [];
  const hosts = on.map(({ host }) => host.name);
  return [
    problem(
      "unmonitored",
      first.source,
      `service "${name}" gets no settings on ${hosts.join(", ")} with os: windows, so its ${what.join(" and ")} go nowhere from there`,
      {
        at: "key",
        hint: `run it on a host with Linux, or set the variables of the telemetry library there yourself and add accept: { unmonitored: "the reason" } to service ${name}`,
      },
    ),
  ];
}

/** An Alertmanager of ours that no Prometheus sends to, because nothing says who is told. */
function toldByNobody({ name, kind, instances, source }: Service): readonly Problem[] {
  if (kind !== "alertmanager" || !instances.some(({ host }) => host.managed)) return [];
  return [
    problem(
      "unreachable-receiver",
      source,
      `service "${name}" of kind alertmanager gets no alert, because there is no alerting section: nobody is ever told`,
      {
        at: "key",
        hint: `add alerting with service: ${name}, watchdog, receivers and routes; or write external with HOST:PORT instead of hosts if others send to it`,
      },
    ),
  ];
}

function unusedReceivers(model: Model, alerting: Alerting): readonly Problem[] {
  const lists = [alerting.routes.bySeverity, ...[...model.owners.values()].map((owner) => owner.receivers)];
  const used = new Set([
    alerting.routes.default,
    alerting.watchdog,
    ...lists.flatMap((list) => Object.values(list).flat()),
  ]);
  return [...alerting.receivers.values()]
    .filter((receiver) => !used.has(receiver.name))
    .map((receiver) =>
      problem("unused-receiver", receiver.source, `nothing goes to receiver "${receiver.name}"`, {
        at: "key",
        hint: `name ${receiver.name} under alerting.routes or owners, or remove it`,
      }),
    );
}

/** A severity that neither `by_severity` nor any owner names, so that only the default takes it. */
function unroutedSeverities(model: Model, alerting: Alerting): readonly Problem[] {
  const owners = [...model.owners.values()];
  return (["critical", "warning", "info"] as const)
    .filter(
      (severity) =>
        alerting.routes.bySeverity[severity] === undefined &&
        !owners.some((owner) => owner.receivers[severity] !== undefined),
    )
    .map((severity) =>
      problem(
        "unrouted-severity",
        [...alerting.routes.source, "by_severity", severity],
        `alerts of severity ${severity} go to the default receiver ${alerting.routes.default} only`,
        {
          at: "parent",
          hint: `add ${severity}: [${alerting.routes.default}] under alerting.routes.by_severity`,
        },
      ),
    );
}

function watchdog(alerting: Alerting): readonly Problem[] {
  if (alerting.watchdog !== undefined) return [];
  return [
    problem("no-watchdog", alerting.source, "alerting has no watchdog: nobody is told when alerting itself is dead", {
      at: "key",
      hint: "add watchdog with a receiver outside the platform that expects a sign of life",
    }),
  ];
}
