import type { LoggerSettings } from "../../settings/logger.ts";
import type { ResourceAttributes } from "../../settings/resource.ts";

/** Fields that stand in every line. https://www.elastic.co/docs/reference/ecs/ecs-field-reference */
export type EcsBase = Readonly<Record<string, string | number>>;

/** Version of the field reference that the names are from. */
const ecsVersion = "8.11.0";

/** The field reference's names for attributes of a resource. */
const names: Readonly<Record<string, string>> = {
  "service.name": "service.name",
  "service.version": "service.version",
  "service.namespace": "service.namespace",
  "service.instance.id": "service.node.name",
  "deployment.environment.name": "service.environment",
  "host.name": "host.name",
  "process.pid": "process.pid",
};

export function ecsBase(resource: ResourceAttributes, { dataset }: Pick<LoggerSettings, "dataset">): EcsBase {
  const base: Record<string, string | number> = { "ecs.version": ecsVersion };
  for (const [attribute, field] of Object.entries(names)) {
    const value = resource[attribute];
    if (value !== undefined) base[field] = value;
  }
  base["event.dataset"] = dataset;
  return base;
}

/**
 * `error` of a line: what was thrown, by the field reference's names. A text becomes its message, since a store refuses a
 * record in which an object of the reference is a text. Never throws, whatever is thrown.
 */
export function ecsError(thrown: unknown): unknown {
  try {
    if (typeof thrown === "string") return { message: thrown };
    if (!(thrown instanceof Error)) return thrown;
    const { name, message, stack, cause } = thrown;
    const code: unknown = "code" in thrown ? thrown.code : undefined;
    return {
      type: String(name),
      message: String(message),
      ...(stack === undefined ? {} : { stack_trace: withCauses(stack, cause) }),
      ...(typeof code === "string" || typeof code === "number" ? { code: String(code) } : {}),
    };
  } catch {
    return { type: "Error", message: "cannot be described" };
  }
}

/** The stacks of the causes below the stack; a chain that bites its tail ends. */
function withCauses(stack: string, cause: unknown, depth = 0): string {
  if (!(cause instanceof Error) || depth === 5) return stack;
  return `${stack}\ncaused by: ${withCauses(cause.stack ?? cause.message, cause.cause, depth + 1)}`;
}
