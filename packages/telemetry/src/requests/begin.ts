import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import {
  type Attributes,
  type Context,
  INVALID_TRACEID,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type Tracer,
} from "@opentelemetry/api";
import type { RequestSettings } from "../settings/requests.ts";
import { nameOf } from "./record.ts";
import { RequestContext } from "./request-context.ts";
import type { ServedRequest } from "./served-request.ts";
import { type Target, targetOf } from "./target.ts";

/** A request, and the context that its handlers run in. */
export interface Begun {
  readonly request: ServedRequest;
  readonly context: Context;
}

/** Looks at a request when its head has been read, and starts its span. */
export function beginRequest(message: IncomingMessage, settings: RequestSettings, tracer: Tracer): Begun {
  const startedMs = performance.now();
  const { headers, socket } = message;
  const { path, query } = targetOf(message.url ?? "/", settings.redactedQueryKeys);
  const method = settings.knownMethods.has(message.method ?? "") ? (message.method ?? "") : "_OTHER";
  const scheme = "encrypted" in socket && socket.encrypted === true ? "https" : "http";
  const userAgent = cut(headers["user-agent"]);
  const clientAddress = clientAddressOf(headers) ?? socket.remoteAddress;
  // What was active where the socket was opened is no parent of a request.
  const parent = contextOf(headers);
  let span: Span | undefined;
  if (settings.spans) {
    const attributes = attributesOf(message, { method, scheme, userAgent, clientAddress, target: { path, query } });
    const started = tracer.startSpan(nameOf(method), { kind: SpanKind.SERVER, attributes }, parent);
    // Where traces are off the API gives spans without an identity.
    if (started.spanContext().traceId !== INVALID_TRACEID) span = started;
  }
  return {
    request: {
      span,
      method,
      path,
      query,
      scheme,
      httpVersion: message.httpVersion,
      startedMs,
      userAgent,
      clientAddress,
      route: "",
      mount: "",
      failure: undefined,
      isEnded: false,
    },
    context: span === undefined ? parent : new RequestContext(span, parent),
  };
}

/** The caller's context; nothing is parsed where no header speaks of one. */
function contextOf(headers: IncomingHttpHeaders): Context {
  for (const field of propagation.fields())
    if (headers[field] !== undefined) return propagation.extract(ROOT_CONTEXT, headers);
  return ROOT_CONTEXT;
}

interface Described {
  readonly method: string;
  readonly scheme: "http" | "https";
  readonly userAgent: string | undefined;
  readonly clientAddress: string | undefined;
  readonly target: Target;
}

/** https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server; never a header that may hold a secret. */
function attributesOf(
  message: IncomingMessage,
  { method, scheme, userAgent, clientAddress, target }: Described,
): Attributes {
  const attributes: Attributes = {
    "http.request.method": method,
    "url.path": target.path,
    "url.scheme": scheme,
    "network.protocol.version": message.httpVersion,
  };
  if (method === "_OTHER") attributes["http.request.method_original"] = cut(message.method) ?? "";
  if (target.query !== "") attributes["url.query"] = target.query;
  if (clientAddress !== undefined) attributes["client.address"] = clientAddress;
  if (userAgent !== undefined) attributes["user_agent.original"] = userAgent;
  const { host } = message.headers;
  if (host !== undefined) addServer(attributes, host);
  return attributes;
}

/** `[::1]:8080`, `example.com`, and whatever a stranger writes there. */
function addServer(attributes: Attributes, host: string): void {
  const colon = host.lastIndexOf(":");
  const hasPort = colon > host.lastIndexOf("]") && colon > 0;
  const port = hasPort ? Number(host.slice(colon + 1)) : Number.NaN;
  attributes["server.address"] = cut(hasPort ? host.slice(0, colon) : host) ?? "";
  if (Number.isInteger(port)) attributes["server.port"] = port;
}

/** The first address that the proxies wrote down. It is as true as the outermost of them. */
function clientAddressOf(headers: IncomingHttpHeaders): string | undefined {
  const forwarded = headers["x-forwarded-for"];
  if (forwarded === undefined) return undefined;
  const list = Array.isArray(forwarded) ? (forwarded[0] ?? "") : forwarded;
  const comma = list.indexOf(",");
  const first = (comma < 0 ? list : list.slice(0, comma)).trim();
  return first === "" ? undefined : first.slice(0, 64);
}

function cut(text: string | undefined): string | undefined {
  return text !== undefined && text.length > 512 ? text.slice(0, 512) : text;
}
