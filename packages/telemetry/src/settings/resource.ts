import { randomUUID } from "node:crypto";
import { arch, hostname } from "node:os";
import { type Environment, readEnvironment } from "./environment.ts";
import type { SettingProblem } from "./problem.ts";

/**
 * Who speaks: attributes of the process by OpenTelemetry's names, the same on its traces and its log lines;
 * `service.name` and `service.instance.id` are always there.
 * https://opentelemetry.io/docs/specs/semconv/resource/
 */
export type ResourceAttributes = Readonly<Record<string, string | number>>;

export interface ResourceOptions {
  /** `service.name`; `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` win. */
  readonly serviceName?: string;
  /** `service.version`. */
  readonly serviceVersion?: string;
  /** Further attributes. */
  readonly resource?: ResourceAttributes;
}

/** Attributes of this process, by ascending weight: found out, options, `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_SERVICE_NAME`. */
export function readResource(
  options: ResourceOptions,
  env: Environment,
): { readonly resource: ResourceAttributes; readonly problems: readonly SettingProblem[] } {
  const problems: SettingProblem[] = [];
  const reader = readEnvironment(env, problems);
  const name = reader.text("OTEL_SERVICE_NAME");
  return {
    resource: {
      "service.name": "unknown_service:node",
      "service.instance.id": randomUUID(),
      "host.name": hostname(),
      "host.arch": arch() === "x64" ? "amd64" : arch(),
      "os.type": process.platform,
      "process.pid": process.pid,
      "process.executable.name": process.title,
      "process.runtime.name": "nodejs",
      "process.runtime.version": process.versions.node,
      "telemetry.sdk.language": "nodejs",
      ...options.resource,
      ...(options.serviceName !== undefined && { "service.name": options.serviceName }),
      ...(options.serviceVersion !== undefined && { "service.version": options.serviceVersion }),
      ...parseAttributes(reader.text("OTEL_RESOURCE_ATTRIBUTES") ?? "", problems),
      ...(name !== undefined && { "service.name": name }),
    },
    problems,
  };
}

/**
 * `key=value,…`, percent-encoded. As the specification wants it, one faulty pair makes the whole variable invalid:
 * https://opentelemetry.io/docs/specs/otel/resource/sdk/#specifying-resource-information-via-an-environment-variable
 */
function parseAttributes(text: string, problems: SettingProblem[]): Readonly<Record<string, string>> {
  const pairs = text.split(",").filter((pair) => pair.trim() !== "");
  const attributes: Record<string, string> = {};
  for (const [place, pair] of pairs.entries()) {
    const [key = "", value, ...rest] = pair.split("=").map((each) => decode(each.trim()));
    if (key === "" || value === undefined || rest.length > 0) {
      problems.push({
        setting: "OTEL_RESOURCE_ATTRIBUTES",
        message: `entry ${place + 1} is not key=value with "," "=" and "%" percent-encoded; the whole variable is ignored`,
      });
      return {};
    }
    attributes[key] = value;
  }
  return attributes;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
