import type { Path } from "../../diagnostics/path.ts";
import { joinHostPort } from "../../model/ip.ts";
import type { Host, Model, Service } from "../../model/model.ts";
import { addressFrom } from "../../model/reach.ts";

/** Variables and the inventory path behind them. */
export interface Setting {
  readonly variables: Readonly<Record<string, string>>;
  readonly source: Path;
}

const otlpPort = 4318;

/** Where the application sends its spans, and how many of them. */
export function traceSettings(model: Model, host: Host, service: Service): readonly Setting[] {
  const { tracing } = model;
  const endpoint = tracing && endpointOf(model, host, service);
  if (tracing === undefined || endpoint === undefined)
    return [{ variables: { OTEL_TRACES_EXPORTER: "none" }, source: tracing?.source ?? service.source }];
  const sampling = [...tracing.source, "sampling"];
  return [
    {
      variables: {
        OTEL_TRACES_EXPORTER: "otlp",
        OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
        OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      },
      source: tracing.source,
    },
    tracing.collector === undefined
      ? {
          variables: {
            OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
            OTEL_TRACES_SAMPLER_ARG: String(tracing.sampling.ratio),
          },
          source: sampling,
        }
      : // The collector counts all spans, and decides when it has seen the whole trace, whatever a caller asks for.
        { variables: { OTEL_TRACES_SAMPLER: "always_on" }, source: sampling },
  ];
}

/**
 * The collector, else the first store of traces. An address that is a secret stands in no file for every reader: what
 * only has such ones needs a collector.
 */
function endpointOf(model: Model, host: Host, service: Service): string | undefined {
  const { tracing } = model;
  if (tracing?.collector !== undefined) return serviceEndpoint(model, tracing.collector, host, service);
  for (const exporter of tracing?.exporters ?? []) {
    if ("otlpHttp" in exporter) {
      const { url } = exporter.otlpHttp;
      if (typeof url === "string") return url;
    } else {
      const endpoint = serviceEndpoint(model, exporter.service, host, service);
      if (endpoint !== undefined) return endpoint;
    }
  }
  return undefined;
}

/**
 * One address of a service that takes OTLP: its virtual IP, an instance on the same host, or one of its instances, so
 * that the hosts of an application are spread over them.
 */
function serviceEndpoint(model: Model, name: string, host: Host, service: Service): string | undefined {
  const target = model.services.get(name);
  if (target === undefined) return undefined;
  const url = (address: string, port: number): string => `http://${joinHostPort(address, port)}`;
  const vip = [...model.virtualIps.values()].find((each) => each.service === name);
  if (vip !== undefined) return url(vip.address, otlpPort);
  const hosts = target.instances.filter(({ spare }) => !spare).map((instance) => instance.host);
  const sorted = hosts.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const place = service.instances
    .map((each) => each.host.name)
    .toSorted()
    .indexOf(host.name);
  const chosen = sorted.find((each) => each.name === host.name) ?? sorted[Math.max(0, place) % sorted.length];
  if (chosen !== undefined) return url(addressFrom(host, chosen), otlpPort);
  const [outside] = target.external;
  // gRPC's port is what such a service is known by; the library speaks HTTP.
  return outside && url(outside.host, outside.port === 4317 ? otlpPort : outside.port);
}

/** Where the library delivers log records beside stdout. */
export function logSettings(model: Model, host: Host): readonly Setting[] {
  const { logging } = model;
  const store = logging && model.services.get(logging.store);
  if (logging === undefined || store === undefined) return [];
  const port = store.port ?? 9200;
  const urls = [
    ...store.instances.map((each) => joinHostPort(addressFrom(host, each.host), each.port ?? port)),
    ...store.external.map((each) => joinHostPort(each.host, each.port)),
  ].map((address) => `http://${address}`);
  return [
    {
      variables: {
        TELEMETRY_LOG_MODE: "elasticsearch",
        TELEMETRY_LOG_ELASTICSEARCH_URLS: urls.toSorted().join(","),
        TELEMETRY_LOG_DATA_STREAM: `logs-nodejs.app-${model.environment.replaceAll("-", "_")}`,
      },
      source: logging.source,
    },
  ];
}
