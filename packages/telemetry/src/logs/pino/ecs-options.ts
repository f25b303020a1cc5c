import type { LoggerOptions as PinoOptions } from "pino";
import type { LoggerSettings } from "../../settings/logger.ts";
import { activeSpan, idsOf } from "./active-ids.ts";
import { isoNow } from "./clock.ts";
import { type EcsBase, ecsError } from "./ecs.ts";
import { neverThrowing } from "./harden.ts";
import { withIds } from "./ids-mixin.ts";
import { topLevelRedaction } from "./redact.ts";

/**
 * Options that make pino's lines ECS, under those that were given. What is the same in each line is made into text once,
 * when the logger is made.
 */
export function ecsOptions(
  base: EcsBase,
  { redactedFields }: Pick<LoggerSettings, "redactedFields">,
  given: PinoOptions = {},
): PinoOptions {
  const { name, mixin, ...rest } = given;
  const fixed = { ...base, ...(name === undefined ? {} : { "log.logger": name }), ...given.base };
  const bindings = given.formatters?.bindings;
  return {
    messageKey: "message",
    errorKey: "error",
    // Asked for at each line, and put into it as it is: the cheapest way to get something into a line.
    timestamp: mixin === undefined ? timeAndIds : time,
    ...rest,
    // A mixin of the application may give the ids as well, and a line must not have them twice.
    ...(mixin === undefined ? {} : { mixin: withIds(mixin) }),
    base: fixed,
    formatters: {
      level: (label) => ({ "log.level": label }),
      log: renameError,
      ...given.formatters,
      // Usually there to get rid of `pid` and `hostname`, which are not here; the service has to stay.
      ...(bindings === undefined ? {} : { bindings: (fields) => ({ ...fixed, ...bindings(fields) }) }),
    },
    serializers: { error: ecsError, err: ecsError, ...given.serializers },
    hooks: { ...given.hooks, logMethod: neverThrowing(given.hooks?.logMethod) },
    redact: topLevelRedaction(redactedFields, given.redact),
  };
}

function time(): string {
  return `,"@timestamp":"${isoNow()}"`;
}

function timeAndIds(): string {
  return `,"@timestamp":"${isoNow()}"${idsOf(activeSpan())}`;
}

/** Everybody writes `logger.error({ err }, "…")`. */
function renameError(fields: Record<string, unknown>): Record<string, unknown> {
  if (!Object.hasOwn(fields, "err") || Object.hasOwn(fields, "error")) return fields;
  const { err, ...rest } = fields;
  return err instanceof Error || typeof err === "string" ? { ...rest, error: err } : fields;
}
