import { type Problem, problem } from "../../diagnostics/problem.ts";
import type { Model, Service, Slo } from "../model.ts";
import { formatDuration, parseDuration } from "../units.ts";
import type { Checked } from "./index.ts";

const windowMs = 30 * 86_400_000;
/** Bounds of the conventional buckets of request durations, in seconds. Source: OpenTelemetry HTTP metric conventions. */
export const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] as const;
/** Kinds whose instances count and time their HTTP requests. */
const measuresHttp = new Set(["nodejs", "nginx", "custom"]);

/** Each objective can be computed: there is a metric for it, a bucket at its threshold, and 30 days of data. */
export function checkSlos({ model }: Checked): readonly Problem[] {
  const each = [...model.services.values()].flatMap((service) => [
    ...service.slos.flatMap((slo) => [
      ...source(model, service, slo),
      ...threshold(service, slo),
      ...objective(service, slo),
    ]),
    ...duplicates(service),
  ]);
  return [...each, ...retention(model)];
}

function objective(service: Service, slo: Slo): readonly Problem[] {
  if (slo.objective > 0 && slo.objective < 1) return [];
  return [
    problem(
      "invalid-value",
      [...slo.source, "objective"],
      `objective of slo "${slo.name}" of service "${service.name}" leaves ${slo.objective >= 1 ? "no room for errors" : "nothing to keep"}`,
      {
        hint: "write a ratio between 0 and 1, for example 99.9%",
      },
    ),
  ];
}

function source(model: Model, service: Service, slo: Slo): readonly Problem[] {
  const say = (why: string, hint: string): readonly Problem[] => [
    problem(
      "slo-not-measurable",
      [...slo.source, "sli"],
      `sli ${slo.sli} of service "${service.name}" cannot be measured: ${why}`,
      { hint },
    ),
  ];
  if (slo.sli.startsWith("http-") && !measuresHttp.has(service.kind))
    return say(
      `kind ${service.kind} does not count its HTTP requests`,
      "use probe-availability, or put the objective on the service in front of it",
    );
  if (slo.sli.startsWith("span-") && model.tracing?.collector === undefined)
    return say(
      "there is no tracing.collector that makes metrics from spans",
      "name a collector under tracing, or use an http sli",
    );
  if (slo.sli.startsWith("probe-") && ![...model.services.values()].some((each) => each.kind === "blackbox"))
    return say("no service of kind blackbox probes it", "add a service of kind blackbox");
  return [];
}

function threshold(service: Service, slo: Slo): readonly Problem[] {
  const path = [...slo.source, "threshold"];
  const latency = slo.sli.endsWith("-latency");
  if (!latency)
    return slo.thresholdMs === undefined
      ? []
      : [
          problem("invalid-value", path, `sli ${slo.sli} of service "${service.name}" has no threshold`, {
            at: "key",
            hint: "remove threshold",
          }),
        ];
  if (slo.thresholdMs === undefined)
    return [
      problem("missing-key", slo.source, `slo "${slo.name}" of service "${service.name}" has no threshold`, {
        at: "parent",
        hint: "add threshold, for example 250ms",
      }),
    ];
  const seconds = slo.thresholdMs / 1000;
  if (durationBuckets.some((bound) => Math.abs(bound - seconds) < 1e-9)) return [];
  const near = durationBuckets.reduce((best, bound) =>
    Math.abs(bound - seconds) < Math.abs(best - seconds) ? bound : best,
  );
  return [
    problem(
      "slo-not-measurable",
      path,
      `threshold ${formatDuration(slo.thresholdMs)} of slo "${slo.name}" is no bound of the duration buckets, so it cannot be counted`,
      {
        hint: `write ${formatDuration(near * 1000)}; the bounds in seconds are ${durationBuckets.join(", ")}`,
      },
    ),
  ];
}

/** Each Prometheus keeps what objectives look back on; 15 days is its own default. */
function retention(model: Model): readonly Problem[] {
  const service = [...model.services.values()].find((each) => each.slos.length > 0);
  const [slo] = service?.slos ?? [];
  if (service === undefined || slo === undefined) return [];
  return [...model.services.values()]
    .filter((each) => each.kind === "prometheus" && retentionMs(each) < windowMs)
    .map((each) =>
      problem(
        "slo-not-measurable",
        [...each.source, "prometheus", "retention"],
        `Prometheus service "${each.name}" keeps ${formatDuration(retentionMs(each))}, but slo "${slo.name}" of service "${service.name}" ({line}) looks back 30d`,
        {
          mentions: slo.source,
          at: writtenRetention(each) === undefined ? "parent" : "value",
          hint: writtenRetention(each) === undefined ? "add prometheus: { retention: 30d }" : "write 30d or more",
        },
      ),
    );
}

function retentionMs(service: Service): number {
  return parseDuration(writtenRetention(service) ?? "15d");
}

function writtenRetention({ settings }: Service): string | undefined {
  const written =
    typeof settings === "object" && settings !== null && "retention" in settings ? settings.retention : undefined;
  return typeof written === "string" ? written : undefined;
}

function duplicates(service: Service): readonly Problem[] {
  return service.slos.flatMap((slo, index) => {
    const first = service.slos.findIndex((each) => each.name === slo.name);
    const other = service.slos[first];
    if (first === index || other === undefined) return [];
    return [
      problem(
        "duplicate-name",
        [...slo.source, "name"],
        `slo "${slo.name}" stands twice in service "${service.name}" ({line})`,
        { mentions: [...other.source, "name"], hint: "give it another name" },
      ),
    ];
  });
}
