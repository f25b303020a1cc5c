import type { EnvironmentReader } from "./environment.ts";
import type { SettingProblem } from "./problem.ts";
import { isSecretReference, type SecretReference, type SecretValue } from "./secret.ts";

/** How spans travel: https://opentelemetry.io/docs/specs/otel/protocol/exporter/ */
export interface OtlpSettings {
  readonly protocol: "http/protobuf" | "http/json" | "grpc";
  /** URL; a secret where its path or its credentials are one. */
  readonly endpoint: SecretValue;
  /** Whether `v1/traces` is added to the endpoint's path; never where that ends in `/traces` already. */
  readonly appendPath: boolean;
  /** Each adds to the ones before; a file holds `name=value` pairs, parted by commas or lines. */
  readonly headers: readonly HeaderSource[];
  /** Milliseconds that one attempt may take. */
  readonly timeoutMs: number;
  readonly compression: "none" | "gzip";
  /** Paths of PEM files. */
  readonly certificate: string | undefined;
  readonly clientCertificate: string | undefined;
  readonly clientKey: string | undefined;
}

/** One header, or a text with several of them. */
export type HeaderSource = { readonly name: string; readonly value: SecretValue } | { readonly pairs: SecretValue };

export interface OtlpOptions {
  /** Base URL of the receiver, `v1/traces` is added; default `http://localhost:4318`. */
  readonly endpoint?: string | SecretReference;
  readonly headers?: Readonly<Record<string, string | SecretReference>>;
  readonly protocol?: OtlpSettings["protocol"];
  /** Milliseconds; default 10,000. */
  readonly timeoutMs?: number;
  readonly compression?: OtlpSettings["compression"];
}

const prefix = "OTEL_EXPORTER_OTLP";
const endpointFile = "TELEMETRY_OTLP_ENDPOINT_FILE";
const headersFile = "TELEMETRY_OTLP_HEADERS_FILE";

/** Options below `OTEL_EXPORTER_OTLP_*` below `OTEL_EXPORTER_OTLP_TRACES_*` below the secret files. */
export function readOtlpSettings(
  options: OtlpOptions,
  { reader, problems }: { readonly reader: EnvironmentReader; readonly problems: SettingProblem[] },
): OtlpSettings {
  const either = <T>(read: (name: string) => T | undefined, name: string): T | undefined => {
    const general = read(`${prefix}_${name}`);
    return read(`${prefix}_TRACES_${name}`) ?? general;
  };
  const protocols = ["http/protobuf", "http/json", "grpc"] as const;
  const protocol = either((name) => reader.choice(name, protocols), "PROTOCOL") ?? options.protocol ?? "http/protobuf";
  const byFile = reader.text(headersFile) === undefined ? [] : [headersFile];
  if (protocol === "grpc")
    for (const setting of [...byFile, ...(options.headers === undefined ? [] : ["headers"])])
      problems.push({ setting, message: "needs OTLP over HTTP, but the protocol is grpc; ignored" });
  return {
    protocol,
    ...readEndpoint(options, protocol, reader, problems),
    headers: readHeaders(options, reader),
    timeoutMs:
      either((name) => reader.number(name, { min: 1, max: 600_000 }), "TIMEOUT") ?? options.timeoutMs ?? 10_000,
    compression:
      either((name) => reader.choice(name, ["none", "gzip"]), "COMPRESSION") ?? options.compression ?? "none",
    certificate: either(reader.text, "CERTIFICATE"),
    clientCertificate: either(reader.text, "CLIENT_CERTIFICATE"),
    clientKey: either(reader.text, "CLIENT_KEY"),
  };
}

function readEndpoint(
  options: OtlpOptions,
  protocol: OtlpSettings["protocol"],
  reader: EnvironmentReader,
  problems: SettingProblem[],
): Pick<OtlpSettings, "endpoint" | "appendPath"> {
  const file = reader.text(endpointFile);
  if (file !== undefined) return { endpoint: { file }, appendPath: true };
  for (const [name, appendPath] of [
    [`${prefix}_TRACES_ENDPOINT`, false],
    [`${prefix}_ENDPOINT`, true],
  ] as const) {
    const value = reader.text(name);
    if (value === undefined) continue;
    if (isHttpUrl(value)) return { endpoint: { value }, appendPath };
    // The value itself may hold a secret, so it is not shown.
    problems.push({ setting: name, message: "is not a URL that begins with http:// or https://; ignored" });
  }
  const { endpoint } = options;
  if (isSecretReference(endpoint)) return { endpoint: dereference(endpoint, reader), appendPath: true };
  if (endpoint !== undefined && isHttpUrl(endpoint)) return { endpoint: { value: endpoint }, appendPath: true };
  if (endpoint !== undefined)
    problems.push({ setting: "endpoint", message: "is not a URL that begins with http:// or https://; ignored" });
  return { endpoint: { value: `http://localhost:${protocol === "grpc" ? 4317 : 4318}` }, appendPath: true };
}

function readHeaders(options: OtlpOptions, reader: EnvironmentReader): readonly HeaderSource[] {
  const given = Object.entries(options.headers ?? {}).map(([name, value]) => ({
    name,
    value: typeof value === "string" ? { value } : dereference(value, reader),
  }));
  const variables = [`${prefix}_HEADERS`, `${prefix}_TRACES_HEADERS`].flatMap((name) => {
    const value = reader.text(name);
    return value === undefined ? [] : [{ pairs: { value } }];
  });
  const file = reader.text(headersFile);
  return [...given, ...variables, ...(file === undefined ? [] : [{ pairs: { file } }])];
}

function dereference(secret: SecretReference, reader: EnvironmentReader): SecretValue {
  return "file" in secret ? { file: secret.file } : { value: reader.text(secret.env) ?? "" };
}

function isHttpUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && (url.protocol === "http:" || url.protocol === "https:");
}
