import type { Attributes } from "@opentelemetry/api";
import { MySQL2Instrumentation } from "@opentelemetry/instrumentation-mysql2";
import { RedisInstrumentation } from "@opentelemetry/instrumentation-redis";
import { UndiciInstrumentation, type UndiciRequest } from "@opentelemetry/instrumentation-undici";
import { expectPatched, note } from "./self-test.ts";

/** OpenTelemetry's instrumentations of clients, switched on by name. Returns what switches them off. */
export function instrumentOfficially(isOn: (name: string) => boolean): () => void {
  const active: { disable(): void }[] = [];
  if (isOn("undici")) {
    active.push(new UndiciInstrumentation({ startSpanHook: withoutQuery }));
    note("undici", true);
  }
  if (isOn("mysql2")) {
    // Values of queries are the application's data; a trace keeps the statement with ? in their place.
    active.push(new MySQL2Instrumentation({ maskStatement: true }));
    expectPatched({
      module: "mysql2",
      file: "mysql2/lib/connection.js",
      isPatched: (exports) => isWrapped(exports, "prototype", "query"),
    });
  }
  if (isOn("redis")) {
    active.push(new RedisInstrumentation());
    expectPatched({
      module: "redis",
      file: "@redis/client/dist/lib/client/index.js",
      isPatched: (exports) => isWrapped(exports, "default", "prototype", "sendCommand"),
    });
    // Up to version 3 all of it is in one file.
    expectPatched({
      module: "redis",
      file: "redis/index.js",
      isPatched: (exports) => isWrapped(exports, "RedisClient", "prototype", "internal_send_command"),
    });
  }
  return () => {
    for (const each of active) each.disable();
  };
}

/** A query may hold what no store of traces should. */
function withoutQuery(request: UndiciRequest): Attributes {
  const url = URL.parse(request.path, request.origin);
  return url === null ? {} : { "url.full": `${url.origin}${url.pathname}`, "url.query": "" };
}

/** OpenTelemetry marks what it has wrapped. A version that is not supported is left as it is. */
function isWrapped(exports: unknown, ...path: readonly string[]): boolean {
  let value = exports;
  for (const name of [...path, "__wrapped"])
    value = typeof value === "object" || typeof value === "function" ? value && Reflect.get(value, name) : undefined;
  return value === true;
}
