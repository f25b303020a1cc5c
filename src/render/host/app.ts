import type { Origin } from "../../artifact/artifact.ts";
import { generatedHeader } from "../../artifact/comment.ts";
import { printEnvironmentFile } from "../../artifact/environment-file.ts";
import type { HostArtifact } from "../../artifact/place.ts";
import { printUnit } from "../../artifact/systemd.ts";
import type { Instance, Labels, Model, Service } from "../../model/model.ts";
import type { ScrapeJob, Signals } from "../../signals/signals.ts";
import { logSettings, type Setting, traceSettings } from "./app-telemetry.ts";

/** For each instance of a Node.js application: its settings, and what has its unit read them. */
export function appFiles(model: Model, signals: Signals, generator: string): readonly HostArtifact[] {
  const jobs = new Map(signals.jobs.map((job) => [job.service, job]));
  const units = Map.groupBy(signals.units, ({ service }) => service);
  return [...model.services.values()]
    .filter(({ kind }) => kind === "nodejs")
    .flatMap((service) => {
      const names = [...new Set(units.get(service.name)?.map(({ fact }) => fact.name))];
      return service.instances
        .filter(({ host }) => host.managed && host.os !== "windows")
        .flatMap((instance) => [
          settingsFile(model, { service, instance, units: names, job: jobs.get(service.name), generator }),
          ...names.map((unit) => dropIn(service, instance, { unit, generator })),
        ]);
    });
}

interface App {
  readonly service: Service;
  readonly instance: Instance;
  readonly units: readonly string[];
  readonly job: ScrapeJob | undefined;
  readonly generator: string;
}

function pathOf(service: Service): string {
  return `/etc/stackwright/apps/${service.name}.env`;
}

function settingsFile(model: Model, app: App): HostArtifact {
  const { service, instance, units, generator } = app;
  const settings = settingsOf(model, app);
  const source = [instance.source, service.source];
  const header = generatedHeader(generator, source);
  const origins: Origin[] = [];
  let line = header.length;
  for (const { variables, source: cause } of settings) {
    const count = Object.keys(variables).length;
    if (count > 0) origins.push({ from: line + 1, to: line + count, source: cause });
    line += count;
  }
  const all = Object.assign({}, ...settings.map(({ variables }) => variables));
  return {
    host: instance.host.name,
    service: service.name,
    path: pathOf(service),
    content: printEnvironmentFile(all, header),
    restart: units,
    generator,
    source,
    origins,
  };
}

function settingsOf(model: Model, { service, instance, job }: App): readonly Setting[] {
  const { host } = instance;
  const target = job?.targets.find((each) => each.host === host.name);
  const port = instance.port ?? service.port;
  return [
    { variables: port === undefined ? {} : { PORT: String(port) }, source: instance.source },
    {
      variables: {
        OTEL_SERVICE_NAME: service.name,
        OTEL_RESOURCE_ATTRIBUTES: printAttributes(attributesOf(target?.labels ?? {})),
      },
      source: instance.source,
    },
    ...(target === undefined
      ? []
      : [
          {
            variables: {
              TELEMETRY_METRICS_PORT: String(target.port),
              TELEMETRY_METRICS_PATH: job?.endpoint.path ?? "/metrics",
            },
            source: service.source,
          },
        ]),
    // Prometheus comes and asks for metrics, and logs have a way of their own.
    { variables: { OTEL_METRICS_EXPORTER: "none", OTEL_LOGS_EXPORTER: "none" }, source: service.source },
    ...traceSettings(model, host, service),
    ...logSettings(model, host),
  ];
}

/** OpenTelemetry's names for what are target labels in Prometheus. `kind` is a word of ours alone. */
const conventional: Readonly<Record<string, string>> = {
  platform: "service.namespace",
  instance: "service.instance.id",
  environment: "deployment.environment.name",
  host: "host.name",
};

function attributesOf(labels: Labels): Labels {
  const entries = Object.entries(labels)
    .filter(([name]) => name !== "service" && name !== "kind")
    .map(([name, value]): readonly [string, string] => [conventional[name] ?? name, value]);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * `key=value,…`, percent-encoded as the value of a W3C Baggage header:
 * https://opentelemetry.io/docs/specs/otel/resource/sdk/#specifying-resource-information-via-an-environment-variable
 */
function printAttributes(attributes: Labels): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join(",");
}

/** The unit is the operator's; this has it read the settings. */
function dropIn(
  service: Service,
  { host }: Instance,
  { unit, generator }: { readonly unit: string; readonly generator: string },
): HostArtifact {
  const source = [service.source];
  return {
    host: host.name,
    service: service.name,
    path: `/etc/systemd/system/${unit}.service.d/stackwright.conf`,
    content: printUnit(
      [{ name: "Service", directives: [["EnvironmentFile", pathOf(service)]] }],
      generatedHeader(generator, source),
    ),
    restart: [unit],
    generator,
    source,
  };
}
