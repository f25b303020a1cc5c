import type { Logger, LoggerOptions as PinoOptions, pino } from "pino";
import { failureOf } from "../../requests/failure.ts";
import type { Redact } from "./redact.ts";

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

/** Replaces secrets inside of objects, and gives JSON to what has none. Those that stand at the top are left to pino's own `redact`. */
export function redactObjects(logger: Logger, symbols: (typeof pino)["symbols"], redact: Redact): void {
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
