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
    ...(alerting === undefined
      ? []
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
