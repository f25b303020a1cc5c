import type { Logger, LoggerOptions as PinoOptions, pino } from "pino";
import { failureOf } from "../../requests/failure.ts";
import { type Redact, topLevelRedaction } from "./redact.ts";

type Hooks = NonNullable<PinoOptions["hooks"]>;
type LogMethod = NonNullable<Hooks["logMethod"]>;

/**
 * Hook that lets no value that is logged throw into the application: pino itself survives BigInt, circular objects and
 * most of `toJSON`, but not a getter, a proxy or a `toString` that throws. A line that says so is written instead.
 */
export function neverThrowing(own: LogMethod | undefined): LogMethod {
  return function logSafely(values, method, level): void {
    try {
      if (own === undefined) Reflect.apply(method, this, values);
      else Reflect.apply(own, this, [values, method, level]);
    } catch (error) {
      try {
        const { type, message } = failureOf(error);
        Reflect.apply(method, this, [
          { "error.type": type, "error.message": message },
          "a log record cannot be written",
        ]);
      } catch {
        // The destination itself throws: there is nowhere left to write to.
      }
    }
  };
}

/** What is to be replaced in a line. */
export interface Redaction {
  /** Names of fields, in lower case. */
  readonly fields: ReadonlySet<string>;
  /** Replaces them in a piece of JSON. */
  readonly redact: Redact;
}

type Symbols = (typeof pino)["symbols"];

/** Replaces secrets inside of objects, and gives JSON to what has none. Those that stand at the top are left to pino's own `redact`. */
export function redactObjects(logger: Logger, symbols: Symbols, redaction: Redaction): void {
  redactText(logger, symbols, redaction.redact);
  const child: unknown = logger.child;
  if (typeof child !== "function") return;
  // A child with a `redact` of its own begins anew: it gets both, before it is told its bindings.
  Reflect.set(logger, "child", function childRedacted(this: unknown, ...given: readonly unknown[]): unknown {
    const [bindings, options, ...rest] = given;
    if (!isObject(bindings) || !hasRedact(options)) return Reflect.apply(child, this, given);
    const redact = topLevelRedaction(redaction.fields, options.redact);
    const made: unknown = Reflect.apply(child, this, [{}, { ...options, redact }, ...rest]);
    if (!isLogger(made)) return made;
    redactText(made, symbols, redaction.redact);
    made.setBindings(bindings);
    return made;
  });
}

function redactText(logger: Logger, symbols: Symbols, redact: Redact): void {
  const stringify: unknown = Reflect.get(logger, symbols.stringifySym);
  if (typeof stringify !== "function") return;
  // Children inherit what stands under the symbol.
  Reflect.set(logger, symbols.stringifySym, function stringifyRedacted(this: unknown, ...values: unknown[]): unknown {
    const json: unknown = Reflect.apply(stringify, this, values);
    if (typeof json === "string") return redact(json);
    // What has no JSON would leave a hole in the line.
    return typeof values[0] === "symbol" ? JSON.stringify(String(values[0])) : "null";
  });
}

function hasRedact(options: unknown): options is { readonly redact: NonNullable<PinoOptions["redact"]> } {
  return isObject(options) && isObject(Reflect.get(options, "redact"));
}

function isLogger(value: unknown): value is Logger {
  return isObject(value) && typeof Reflect.get(value, "setBindings") === "function";
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
