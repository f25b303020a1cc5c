import { joinHostPort } from "../../model/ip.ts";
import type { Host, Model, Service, Tracing } from "../../model/model.ts";
import { addressFrom } from "../../model/reach.ts";
import type { AppNeeds, Credential, Setting } from "./app-setting.ts";
import { localStore } from "./local-store.ts";

const otlpPort = 4318;

/** Where spans go: an address, or one that is a secret; headers that hold a token. */
interface Destination {
  readonly endpoint: string | undefined;
  readonly credentials: readonly Credential[];
}

/** Where the application sends its spans, and how many of them. */
export function traceNeeds(model: Model, host: Host, service: Service): AppNeeds {
  const { tracing } = model;
  const to = tracing && destinationOf(model, host, service);
  if (tracing === undefined || to === undefined) {
    const none = { variables: { OTEL_TRACES_EXPORTER: "none" }, source: tracing?.source ?? service.source };
    return { settings: [none], credentials: [] };
  }
  const where: Setting = {
    variables: {
      OTEL_TRACES_EXPORTER: "otlp",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
      ...(to.endpoint === undefined ? {} : { OTEL_EXPORTER_OTLP_ENDPOINT: to.endpoint }),
    },
    source: tracing.source,
  };
  return { settings: [where, sampling(tracing)], credentials: to.credentials };
}

function sampling({ collector, sampling: { ratio }, source }: Tracing): Setting {
  const variables =
    collector === undefined
      ? { OTEL_TRACES_SAMPLER: "parentbased_traceidratio", OTEL_TRACES_SAMPLER_ARG: String(ratio) }
      : // The collector counts all spans, and decides when it has seen the whole trace, whatever a caller asks for.
        { OTEL_TRACES_SAMPLER: "always_on" };
  return { variables, source: [...source, "sampling"] };
}

/** The collector, else the first of the exporters that can be reached. */
function destinationOf(model: Model, host: Host, service: Service): Destination | undefined {
  const { tracing } = model;
  if (tracing?.collector !== undefined) return plain(serviceEndpoint(model, tracing.collector, host, service));
  for (const [index, exporter] of (tracing?.exporters ?? []).entries()) {
    if ("otlpHttp" in exporter) return outside(exporter.otlpHttp, ["tracing", "exporters", index, "otlp_http"]);
    const found = plain(serviceEndpoint(model, exporter.service, host, service));
    if (found !== undefined) return found;
  }
  return undefined;
}

function plain(endpoint: string | undefined): Destination | undefined {
  return endpoint === undefined ? undefined : { endpoint, credentials: [] };
}

function outside(
  { url, headers }: Extract<Tracing["exporters"][number], { readonly otlpHttp: unknown }>["otlpHttp"],
  source: readonly (string | number)[],
): Destination {
  const [endpoint, secretUrl] = typeof url === "string" ? [url, undefined] : [undefined, url];
  const of = (from: Credential["from"] | undefined, variable: string, key: string): readonly Credential[] =>
    from === undefined ? [] : [{ variable, id: `telemetry-otlp-${key}`, from, source: [...source, key] }];
  return {
    endpoint,
    credentials: [
      ...of(secretUrl, "TELEMETRY_OTLP_ENDPOINT_FILE", "url"),
      ...of(headers, "TELEMETRY_OTLP_HEADERS_FILE", "headers"),
    ],
  };
}

/**
 * One address of a service that takes OTLP: its virtual IP, an instance on the same host, or one of its instances, so
 * that the hosts of an application are spread over them.
 */
function serviceEndpoint(model: Model, name: string, host: Host, service: Service): string | undefined {
  const target = model.services.get(name);
  if (target === undefined) return undefined;
  if (target.kind === "stackwright") return localStore(target, host);
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
  const [outsider] = target.external;
  // gRPC's port is what such a service is known by; the library speaks HTTP.
  return outsider && url(outsider.host, outsider.port === 4317 ? otlpPort : outsider.port);
}
