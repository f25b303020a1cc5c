import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { ClientRequest, IncomingMessage } from "node:http";
import { type Context, context, propagation, type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { isTracingSuppressed } from "@opentelemetry/core";
import type { ClientDuration } from "./clients.ts";
import { exemplarOf } from "./exemplar.ts";
import { knownMethod } from "./http-method.ts";
import { note } from "./self-test.ts";

interface Call {
  readonly span: Span;
  readonly context: Context;
  readonly method: string;
  readonly address: string;
  /** Undefined as long as only the socket knows. */
  port: number | undefined;
  readonly start: number;
  status: number | undefined;
  failed: boolean;
}

/**
 * Outgoing requests of `node:http` and `node:https`, by Node.js' diagnostics channels. A request whose headers are
 * written at once (`headers` as an array, or `expect`) cannot pass on its trace id any more; its span is there.
 */
export function instrumentHttpClient(duration: ClientDuration | undefined): () => void {
  const tracer = trace.getTracer("@stackwright/telemetry/http-client");
  const calls = new WeakMap<ClientRequest, Call>();

  const created = (request: ClientRequest): void => {
    const parent = context.active();
    if (isTracingSuppressed(parent)) return;
    const method = knownMethod(request.method);
    const { address, port } = serverOf(request);
    const span = tracer.startSpan(
      method === "_OTHER" ? "HTTP" : method,
      {
        kind: SpanKind.CLIENT,
        attributes: {
          "http.request.method": method,
          ...(method === "_OTHER" && { "http.request.method_original": request.method }),
          "server.address": address,
          ...(port !== undefined && { "server.port": port }),
          // Without its query, which may hold what no store of traces should.
          "url.full": `${request.protocol}//${authority(address, port)}${pathOf(request.path)}`,
        },
      },
      parent,
    );
    const own = trace.setSpan(parent, span);
    calls.set(request, {
      span,
      context: own,
      method,
      address,
      port,
      start: performance.now(),
      status: undefined,
      failed: false,
    });
    if (!request.headersSent)
      propagation.inject(own, request, { set: (carrier, name, value) => carrier.setHeader(name, value) });
    // Comes after the end of the answer, after an error and after an abort. A listener for errors would swallow them.
    request.once("close", () => finish(request));
  };

  const finish = (request: ClientRequest): void => {
    const call = calls.get(request);
    if (call === undefined) return;
    calls.delete(request);
    const { span, method, address, status } = call;
    if (status === undefined && !call.failed) fail(call, "aborted");
    if (call.port === undefined) {
      call.port = request.socket?.remotePort ?? usualPort(request);
      span.setAttribute("server.port", call.port);
    }
    span.end();
    duration?.observeFor(
      {
        http_request_method: method,
        http_response_status_code: status === undefined ? "" : String(status),
        server_address: address,
        server_port: String(call.port),
      },
      (performance.now() - call.start) / 1000,
      exemplarOf(call.context),
    );
  };

  const responded = (request: ClientRequest, { statusCode }: IncomingMessage): void => {
    const call = calls.get(request);
    if (call === undefined || statusCode === undefined) return;
    call.status = statusCode;
    call.span.setAttribute("http.response.status_code", statusCode);
    if (statusCode >= 400) fail(call, String(statusCode));
  };

  const channels = [
    ["http.client.request.created", (request: ClientRequest) => created(request)],
    [
      "http.client.request.error",
      (request: ClientRequest, message: object) => {
        const call = calls.get(request);
        if (call === undefined) return;
        const error: unknown = Reflect.get(message, "error");
        fail(call, codeOf(error));
        if (error instanceof Error && "port" in error && typeof error.port === "number") call.port ??= error.port;
      },
    ],
    [
      "http.client.response.finish",
      (request: ClientRequest, message: object) => {
        const response: unknown = Reflect.get(message, "response");
        if (response instanceof IncomingMessage) responded(request, response);
      },
    ],
  ] as const;
  const listeners = channels.map(([name, handle]) => {
    const listener = (message: unknown): void => {
      if (typeof message !== "object" || message === null) return;
      const request: unknown = Reflect.get(message, "request");
      if (request instanceof ClientRequest) guarded(() => handle(request, message));
    };
    subscribe(name, listener);
    return { name, listener };
  });
  note("http", true);
  return () => {
    for (const { name, listener } of listeners) unsubscribe(name, listener);
  };
}

/** A subscriber's exception would end the process as an uncaught one. */
function guarded(work: () => void): void {
  try {
    work();
  } catch {
    // The request goes on without a span.
  }
}

function fail(call: Call, type: string): void {
  call.failed = true;
  call.span.setAttribute("error.type", type);
  call.span.setStatus({ code: SpanStatusCode.ERROR });
}

/**
 * Node.js keeps the port of a request to itself. It writes it into the header `host`, unless it is the usual one; where
 * the application writes that header, for a virtual host perhaps, the socket has to tell.
 */
function serverOf(request: ClientRequest): { readonly address: string; readonly port: number | undefined } {
  const address = request.host ?? "localhost";
  const header = String(request.getHeader("host") ?? "");
  const [, host, port] = /^(.*?)(?::(\d+))?$/.exec(header) ?? [];
  if (host !== address && host !== `[${address}]`) return { address, port: undefined };
  return { address, port: port === undefined ? usualPort(request) : Number(port) };
}

function usualPort({ protocol }: ClientRequest): number {
  return protocol === "https:" ? 443 : 80;
}

function pathOf(target: string): string {
  const query = target.indexOf("?");
  return query === -1 ? target : target.slice(0, query);
}

function authority(address: string, port: number | undefined): string {
  const host = address.includes(":") && !address.startsWith("[") ? `[${address}]` : address;
  return port === undefined || port === 80 || port === 443 ? host : `${host}:${port}`;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
