import { type Environment, readEnvironment } from "./environment.ts";

/** Which modules are instrumented, by the names that `OTEL_NODE_*_INSTRUMENTATIONS` know them by: `http`, `express`, … */
export interface InstrumentationSettings {
  /** Only these; undefined is all. */
  readonly only: ReadonlySet<string> | undefined;
  readonly except: ReadonlySet<string>;
}

/** https://opentelemetry.io/docs/zero-code/js/configuration/#excluding-instrumentation-libraries */
export function readInstrumentationSettings(env: Environment): InstrumentationSettings {
  const reader = readEnvironment(env, []);
  const only = reader.list("OTEL_NODE_ENABLED_INSTRUMENTATIONS");
  return {
    only: only && new Set(only),
    except: new Set(reader.list("OTEL_NODE_DISABLED_INSTRUMENTATIONS")),
  };
}

export function isInstrumented({ only, except }: InstrumentationSettings, name: string): boolean {
  return (only === undefined || only.has(name)) && !except.has(name);
}
