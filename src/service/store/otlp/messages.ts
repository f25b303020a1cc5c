import type { Field, Shape } from "./wire.ts";

/**
 * The messages of `ExportTraceServiceRequest`, with the names that OTLP/JSON gives their fields. What is not kept is
 * left out and skipped. https://github.com/open-telemetry/opentelemetry-proto (v1: trace, common, resource)
 */
export const exportTraceServiceRequest: Shape = { 1: many("resourceSpans", () => resourceSpans) };

const resourceSpans: Shape = { 1: one("resource", () => resource), 2: many("scopeSpans", () => scopeSpans) };
const resource: Shape = { 1: many("attributes", () => keyValue) };
const scopeSpans: Shape = { 1: one("scope", () => scope), 2: many("spans", () => span) };
const scope: Shape = { 1: one("name", "string"), 2: one("version", "string") };

const span: Shape = {
  1: one("traceId", "hex"),
  2: one("spanId", "hex"),
  4: one("parentSpanId", "hex"),
  5: one("name", "string"),
  6: one("kind", "int32"),
  7: one("startTimeUnixNano", "fixed64"),
  8: one("endTimeUnixNano", "fixed64"),
  9: many("attributes", () => keyValue),
  11: many("events", () => event),
  13: many("links", () => link),
  15: one("status", () => status),
};
const event: Shape = {
  1: one("timeUnixNano", "fixed64"),
  2: one("name", "string"),
  3: many("attributes", () => keyValue),
};
const link: Shape = { 1: one("traceId", "hex"), 2: one("spanId", "hex") };
const status: Shape = { 2: one("message", "string"), 3: one("code", "int32") };

const keyValue: Shape = { 1: one("key", "string"), 2: one("value", () => anyValue) };
const anyValue: Shape = {
  1: one("stringValue", "string"),
  2: one("boolValue", "bool"),
  3: one("intValue", "int64"),
  4: one("doubleValue", "double"),
  5: one("arrayValue", () => arrayValue),
  6: one("kvlistValue", () => keyValueList),
  7: one("bytesValue", "base64"),
};
const arrayValue: Shape = { 1: many("values", () => anyValue) };
const keyValueList: Shape = { 1: many("values", () => keyValue) };

function one(name: string, type: Field["type"]): Field {
  return { name, type };
}

function many(name: string, type: () => Shape): Field {
  return { name, type, repeated: true };
}
