import type { Artifact } from "../../artifact/artifact.ts";
import { generatedHeader } from "../../artifact/comment.ts";
import { type HostArtifact, place } from "../../artifact/place.ts";
import { printYaml } from "../../artifact/yaml.ts";
import type { Path } from "../../diagnostics/path.ts";
import { grafanaUid } from "../../model/grafana-uid.ts";
import { joinHostPort } from "../../model/ip.ts";
import type { Host, Model, Service } from "../../model/model.ts";
import { addressFrom } from "../../model/reach.ts";
import { managedHosts, managedInstances, servicesOf } from "../../model/services.ts";
import { formatDuration } from "../../model/units.ts";

const generator = "render/grafana";
const unit = "grafana-server";
const folder = "/etc/grafana/provisioning";

/** Where Grafana reads our dashboards on its hosts. */
export const dashboardFolder = "/var/lib/grafana/dashboards/stackwright";

/**
 * What Grafana reads at its start: the data sources, and where the dashboards are. Each server of a pair is a data
 * source of its own, so that one can be chosen while the other is away.
 */
export function renderProvisioning(model: Model): readonly Artifact[] {
  const services = servicesOf(model, "grafana");
  const files = services.flatMap((service) =>
    managedInstances(service).flatMap(({ host }) => [
      dataSources(model, service, host),
      providers(model, service, host),
    ]),
  );
  return place(files, managedHosts(model));
}

/** Managed hosts that run Grafana, sorted. */
export function grafanaHosts(model: Model): readonly string[] {
  return servicesOf(model, "grafana")
    .flatMap(managedInstances)
    .map(({ host }) => host.name)
    .toSorted();
}

function providers(model: Model, service: Service, host: Host): HostArtifact {
  const provider = {
    name: "stackwright",
    orgId: 1,
    folder: `${model.platform} ${model.environment}`,
    type: "file",
    disableDeletion: false,
    allowUiUpdates: false,
    updateIntervalSeconds: 30,
    options: { path: dashboardFolder },
  };
  return file(service, host, "dashboards", { apiVersion: 1, providers: [provider] }, [service.source]);
}

function file(service: Service, host: Host, what: string, value: object, source: readonly Path[]): HostArtifact {
  return {
    host: host.name,
    service: service.name,
    path: `${folder}/${what}/stackwright.yaml`,
    content: printYaml(value, generatedHeader(generator, source)),
    mode: 0o640,
    owner: "root:grafana",
    restart: [unit],
    generator,
    source,
  };
}

function dataSources(model: Model, service: Service, host: Host): HostArtifact {
  const metrics = serversOf(model, host, "prometheus", 9090);
  const traces = [...serversOf(model, host, "jaeger", 16686), ...serversOf(model, host, "tempo", 3200)];
  const logs = model.logging === undefined ? [] : serversOf(model, host, "elasticsearch", 9200, model.logging.store);
  const traceUid = traces[0]?.uid;
  const all = [
    ...metrics.map((server, index) => prometheus(model, server, index === 0, traceUid)),
    ...traces.map((server) => tracing(server, logs[0]?.uid, metrics[0]?.uid)),
    ...logs.map((server) => elasticsearch(model, server, traceUid)),
  ];
  const source = [service.source, ...[...metrics, ...traces, ...logs].map((server) => server.source)];
  const unique = [...new Map(source.map((path) => [path.join("."), path])).values()];
  return file(service, host, "datasources", { apiVersion: 1, datasources: all }, unique);
}

interface Server {
  readonly name: string;
  readonly uid: string;
  readonly url: string;
  readonly kind: string;
  readonly source: Path;
}

/** Servers of a kind, reached from the Grafana host; `only` names the one service that counts. */
function serversOf(model: Model, from: Host, kind: string, port: number, only?: string): readonly Server[] {
  const services = servicesOf(model, kind).filter(({ name }) => only === undefined || name === only);
  return services.flatMap((service) =>
    service.instances
      .toSorted((a, b) => (a.host.name < b.host.name ? -1 : 1))
      .map(({ host, port: own }) => ({
        name: `${service.name} ${host.name}`,
        uid: grafanaUid(model, `${service.name}-${host.name}`),
        url: `http://${joinHostPort(addressFrom(from, host), own ?? service.port ?? port)}`,
        kind,
        source: service.source,
      })),
  );
}

function prometheus(model: Model, { name, uid, url }: Server, isDefault: boolean, traces: string | undefined): object {
  return {
    name: `Prometheus ${name}`,
    type: "prometheus",
    uid,
    access: "proxy",
    url,
    isDefault,
    editable: false,
    jsonData: {
      httpMethod: "POST",
      // Grafana makes $__rate_interval at least four of these.
      timeInterval: formatDuration(model.scrape.intervalMs),
      prometheusType: "Prometheus",
      ...(traces === undefined
        ? {}
        : { exemplarTraceIdDestinations: [{ name: "trace_id", datasourceUid: traces, urlDisplayLabel: "Trace" }] }),
    },
  };
}

function tracing({ name, uid, url, kind }: Server, logs: string | undefined, metrics: string | undefined): object {
  return {
    name: `${kind === "tempo" ? "Tempo" : "Jaeger"} ${name}`,
    type: kind,
    uid,
    access: "proxy",
    url,
    editable: false,
    jsonData: {
      nodeGraph: { enabled: true },
      ...(logs === undefined
        ? {}
        : {
            tracesToLogsV2: {
              datasourceUid: logs,
              spanStartTimeShift: "-5m",
              spanEndTimeShift: "5m",
              filterByTraceID: false,
              filterBySpanID: false,
              customQuery: true,
              query: `trace.id:"${variable("__trace.traceId")}"`,
            },
          }),
      ...(metrics === undefined
        ? {}
        : {
            tracesToMetrics: { datasourceUid: metrics, tags: [{ key: "service.name", value: "service" }], queries: [] },
          }),
    },
  };
}

function elasticsearch(model: Model, { name, uid, url }: Server, traces: string | undefined): object {
  return {
    name: `Logs ${name}`,
    type: "elasticsearch",
    uid,
    access: "proxy",
    url,
    editable: false,
    jsonData: {
      index: `logs-*-${model.environment}`,
      timeField: "@timestamp",
      logMessageField: "message",
      logLevelField: "log.level",
      maxConcurrentShardRequests: 5,
      ...(traces === undefined
        ? {}
        : {
            dataLinks: [
              {
                field: "trace.id",
                url: variable("__value.raw"),
                urlDisplayLabel: "Trace",
                datasourceUid: traces,
              },
            ],
          }),
    },
  };
}

/** A variable of Grafana's own. It fills `$NAME` from its environment when it reads these files, so `$` is doubled. */
function variable(name: string): string {
  return "$$".concat(`{${name}}`);
}
