import { cut, isRecord } from "../json.ts";
import { Refusal } from "../refusal.ts";
import { type AttributeMap, attributesOf, textOf } from "./attributes.ts";

/** A span as the store keeps it. */
export interface SpanRecord {
  /** 32 and 16 hexadecimal digits, lower case. */
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly service: string;
  readonly name: string;
  /** As OTLP numbers them: 1 internal, 2 server, 3 client, 4 producer, 5 consumer; 0 where nobody said. */
  readonly kind: number;
  /** Microseconds since 1970. */
  readonly startUs: number;
  readonly durationUs: number;
  readonly isError: boolean;
  /** For clients and producers: who is called, as far as the span tells. */
  readonly peer: string | undefined;
  readonly details: SpanDetails;
}

/** What is shown of a span and not searched. */
export interface SpanDetails {
  readonly attributes: AttributeMap;
  readonly resource: AttributeMap;
  readonly scope?: string;
  readonly status_message?: string;
  readonly events?: readonly SpanEvent[];
  readonly links?: readonly SpanLink[];
}

export interface SpanEvent {
  readonly name: string;
  /** Microseconds since 1970. */
  readonly time_us: number;
  readonly attributes: AttributeMap;
}

export interface SpanLink {
  readonly trace_id: string;
  readonly span_id: string;
}

/** Spans of a request, and why others of it were left out. */
export interface ReadSpans {
  readonly spans: readonly SpanRecord[];
  readonly rejected: number;
  /** Of the first one. */
  readonly reason: string | undefined;
}

const maxEvents = 32;
const maxLinks = 16;
/** Of a resource only what tells instances apart is kept with each span. */
const keptOfResource = [
  "service.namespace",
  "service.version",
  "service.instance.id",
  "deployment.environment.name",
  "host.name",
  "process.pid",
];
const client = 3;
const producer = 4;

/**
 * The spans of an `ExportTraceServiceRequest`, decoded from JSON or from protobuf. A span that cannot be kept is left
 * out, and the rest is taken; `maxSpans` are too many for one request. Throws `Refusal`.
 */
export function spansOf(request: unknown, maxSpans: number): ReadSpans {
  if (!isRecord(request)) throw new Refusal(400, "the body is no ExportTraceServiceRequest: it is no object");
  const spans: SpanRecord[] = [];
  let seen = 0;
  let rejected = 0;
  let reason: string | undefined;
  for (const group of listOf(request, "resourceSpans")) {
    const resource = attributesOf(isRecord(group["resource"]) ? group["resource"]["attributes"] : undefined);
    const origin = {
      service: cut(textOf(resource, "service.name") ?? "unknown_service", 128),
      resource: Object.fromEntries(Object.entries(resource).filter(([key]) => keptOfResource.includes(key))),
    };
    for (const scopeGroup of listOf(group, "scopeSpans")) {
      const scope = isRecord(scopeGroup["scope"]) ? scopeGroup["scope"]["name"] : undefined;
      for (const span of listOf(scopeGroup, "spans")) {
        if (++seen > maxSpans) throw new Refusal(413, `more than ${maxSpans} spans in one request; send fewer at once`);
        const read = spanOf(span, { ...origin, scope: typeof scope === "string" ? scope : undefined });
        if (typeof read !== "string") spans.push(read);
        else {
          rejected++;
          reason ??= read;
        }
      }
    }
  }
  return { spans, rejected, reason };
}

/** A span, or why it cannot be kept. */
function spanOf(
  span: Readonly<Record<string, unknown>>,
  origin: { readonly service: string; readonly resource: AttributeMap; readonly scope: string | undefined },
): SpanRecord | string {
  const traceId = idOf(span["traceId"], 32);
  if (traceId === undefined) return "traceId is not 16 bytes other than zeros";
  const spanId = idOf(span["spanId"], 16);
  if (spanId === undefined) return "spanId is not 8 bytes other than zeros";
  const start = nanosOf(span["startTimeUnixNano"]);
  if (start === undefined || start === 0n) return "startTimeUnixNano is missing or no time";
  const end = nanosOf(span["endTimeUnixNano"]) ?? start;
  const kind = kindOf(span["kind"]);
  const attributes = attributesOf(span["attributes"]);
  const status = isRecord(span["status"]) ? span["status"] : {};
  const message = status["message"];
  const events = eventsOf(span["events"]);
  const links = linksOf(span["links"]);
  return {
    traceId,
    spanId,
    parentId: idOf(span["parentSpanId"], 16),
    service: origin.service,
    name: cut(typeof span["name"] === "string" && span["name"] !== "" ? span["name"] : "(no name)", 256),
    kind,
    startUs: Number(start / 1_000n),
    durationUs: end > start ? Number(end - start) / 1_000 : 0,
    isError: status["code"] === 2 || status["code"] === "STATUS_CODE_ERROR",
    peer: kind === client || kind === producer ? peerOf(attributes) : undefined,
    details: {
      attributes,
      resource: origin.resource,
      ...(origin.scope === undefined ? {} : { scope: cut(origin.scope, 256) }),
      ...(typeof message === "string" && message !== "" ? { status_message: cut(message, 2_048) } : {}),
      ...(events.length === 0 ? {} : { events }),
      ...(links.length === 0 ? {} : { links }),
    },
  };
}

/** `mysql/orders`, `kafka`, `10.0.0.5:8080`: what a span says about the other side. */
function peerOf(attributes: AttributeMap): string | undefined {
  const named = textOf(attributes, "peer.service");
  if (named !== undefined) return cut(named, 128);
  const system = textOf(attributes, "db.system.name", "db.system", "messaging.system");
  if (system !== undefined) {
    const place = textOf(attributes, "db.namespace", "db.name", "messaging.destination.name");
    return cut(place === undefined ? system : `${system}/${place}`, 128);
  }
  const host = textOf(attributes, "server.address", "net.peer.name");
  const port = textOf(attributes, "server.port", "net.peer.port");
  return host === undefined ? undefined : cut(port === undefined ? host : `${host}:${port}`, 128);
}

function eventsOf(list: unknown): readonly SpanEvent[] {
  if (!Array.isArray(list)) return [];
  return list.slice(0, maxEvents).flatMap((event) => {
    if (!isRecord(event)) return [];
    const at = nanosOf(event["timeUnixNano"]) ?? 0n;
    const name = typeof event["name"] === "string" ? cut(event["name"], 256) : "";
    return [{ name, time_us: Number(at / 1_000n), attributes: attributesOf(event["attributes"]) }];
  });
}

function linksOf(list: unknown): readonly SpanLink[] {
  if (!Array.isArray(list)) return [];
  return list.slice(0, maxLinks).flatMap((link) => {
    if (!isRecord(link)) return [];
    const [traceId, spanId] = [idOf(link["traceId"], 32), idOf(link["spanId"], 16)];
    return traceId === undefined || spanId === undefined ? [] : [{ trace_id: traceId, span_id: spanId }];
  });
}

/** Identifiers are hexadecimal in OTLP/JSON too, of either case. */
function idOf(value: unknown, digits: number): string | undefined {
  if (typeof value !== "string" || value.length !== digits || !/^[0-9a-fA-F]+$/.test(value)) return undefined;
  return /^0+$/.test(value) ? undefined : value.toLowerCase();
}

/** Times up to here are whole numbers of microseconds that JavaScript reads back from SQLite: up to the year 2255. */
const endOfTime = BigInt(Number.MAX_SAFE_INTEGER) * 1_000n;

/** Nanoseconds of a time; 64-bit integers are texts in JSON, numbers are taken as well. */
function nanosOf(value: unknown): bigint | undefined {
  if (typeof value === "bigint") return value < endOfTime ? value : undefined;
  if (typeof value === "string" && /^\d{1,19}$/.test(value)) return nanosOf(BigInt(value));
  return typeof value === "number" && value >= 0 && value < 2 ** 63 ? nanosOf(BigInt(Math.trunc(value))) : undefined;
}

const kindNames = ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"];

function kindOf(value: unknown): number {
  if (typeof value === "string") return Math.max(0, kindNames.indexOf(value.replace(/^SPAN_KIND_/, "")));
  return typeof value === "number" && value in kindNames ? value : 0;
}

function listOf(
  message: Readonly<Record<string, unknown>>,
  name: string,
): readonly Readonly<Record<string, unknown>>[] {
  const list = message[name];
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) throw new Refusal(400, `${name} is no list`);
  return list.map((each, index) => {
    if (isRecord(each)) return each;
    throw new Refusal(400, `${name}[${index}] is no object`);
  });
}
