import type { LoggerOptions as PinoOptions } from "pino";
import { failureOf } from "../../requests/failure.ts";
import { activeSpan } from "./active-ids.ts";

type Mixin = NonNullable<PinoOptions["mixin"]>;

/**
 * A mixin of pino that gives the ids of the active span beside what the application's own gives; that one wins. Where that
 * one throws the line says so, instead of the fields: pino would throw into whoever logs.
 */
export function withIds(own: Mixin | undefined): Mixin {
  return (...values) => {
    const fields = own === undefined ? {} : fieldsOf(own, values);
    const span = activeSpan();
    return span === undefined ? fields : { "trace.id": span.traceId, "span.id": span.spanId, ...fields };
  };
}

function fieldsOf(own: Mixin, values: Parameters<Mixin>): object {
  try {
    // What the types demand an application in JavaScript does not always give.
    return Object(own(...values) ?? {});
  } catch (error) {
    const { type, message } = failureOf(error);
    return { "error.type": type, "error.message": message };
  }
}
