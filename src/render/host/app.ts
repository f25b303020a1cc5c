import type { Origin } from "../../artifact/artifact.ts";
import { generatedHeader } from "../../artifact/comment.ts";
import { printEnvironmentFile } from "../../artifact/environment-file.ts";
import type { HostArtifact } from "../../artifact/place.ts";
import type { Host, Instance, Labels, Model, Service } from "../../model/model.ts";
import { type HostSecret, secretPath } from "../../model/secret-path.ts";
import type { ScrapeJob, Signals } from "../../signals/signals.ts";
import { askedOn, askingHosts } from "./address.ts";
import { appDropIn } from "./app-drop-in.ts";
import { logNeeds } from "./app-logs.ts";
import type { AppNeeds, Setting } from "./app-setting.ts";
import { traceNeeds } from "./app-traces.ts";

/** For each instance of a Node.js application: its settings, and what has its unit read them. */
export function appFiles(model: Model, signals: Signals, generator: string): readonly HostArtifact[] {
  const jobs = new Map(signals.jobs.map((job) => [job.service, job]));
  const units = Map.groupBy(signals.units, ({ service }) => service);
  const asking = askingHosts(model);
  return managedApps(model).flatMap(({ service, instance }) => {
    const { host } = instance;
    const names = [...new Set(units.get(service.name)?.map(({ fact }) => fact.name))];
    const needs = needsOf(model, host, service);
    const job = jobs.get(service.name);
    return [
      settingsFile({ service, instance, units: names, job, needs, asked: askedOn(asking, host), generator }),
      ...names.map((unit) => appDropIn({ host, service, unit }, { settingsPath: pathOf(service), needs, generator })),
    ];
  });
}

/** Secrets that systemd, as root, copies for the applications. */
export function appSecrets(model: Model): readonly HostSecret[] {
  return managedApps(model).flatMap(({ service, instance: { host } }) =>
    needsOf(model, host, service)
      .flatMap(({ credentials }) => credentials)
      .filter(({ from }) => from.from !== "host_file")
      .map(({ from, source }) => ({
        host: host.name,
        path: secretPath(from, source),
        owner: "root:root",
        from,
        source,
      })),
  );
}

/** Instances on hosts whose files we write. */
function managedApps(model: Model): readonly { readonly service: Service; readonly instance: Instance }[] {
  return [...model.services.values()]
    .filter(({ kind }) => kind === "nodejs")
    .flatMap((service) => service.instances.map((instance) => ({ service, instance })))
    .filter(({ instance: { host } }) => host.managed && host.os !== "windows");
}

function needsOf(model: Model, host: Host, service: Service): readonly AppNeeds[] {
  return [traceNeeds(model, host, service), logNeeds(model, host, service)];
}

interface App {
  readonly service: Service;
  readonly instance: Instance;
  readonly units: readonly string[];
  readonly job: ScrapeJob | undefined;
  readonly needs: readonly AppNeeds[];
  /** The host's addresses on which Prometheus asks. */
  readonly asked: readonly string[];
  readonly generator: string;
}

function pathOf(service: Service): string {
  return `/etc/stackwright/apps/${service.name}.env`;
}

function settingsFile(app: App): HostArtifact {
  const { service, instance, units, generator } = app;
  const settings = settingsOf(app);
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

function settingsOf({ service, instance, job, needs, asked }: App): readonly Setting[] {
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
    {
      // Prometheus comes and asks for metrics, and logs have a way of their own.
      variables: { OTEL_METRICS_EXPORTER: target === undefined ? "none" : "prometheus", OTEL_LOGS_EXPORTER: "none" },
      source: service.source,
    },
    ...(target === undefined
      ? []
      : [
          {
            variables: {
              TELEMETRY_METRICS_PORT: String(target.port),
              TELEMETRY_METRICS_PATH: job?.endpoint.path ?? "/metrics",
              // On a port of its own the library listens for this machine alone unless it is told an address.
              ...(target.port === port ? {} : { OTEL_EXPORTER_PROMETHEUS_HOST: oneOf(asked) }),
            },
            source: service.source,
          },
        ]),
    ...needs.flatMap(({ settings }) => settings),
  ];
}

/** The address, or where there are several, all of them. */
function oneOf([first = "127.0.0.1", ...more]: readonly string[]): string {
  if (more.length === 0) return first;
  return [first, ...more].some((each) => each.includes(":")) ? "::" : "0.0.0.0";
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
