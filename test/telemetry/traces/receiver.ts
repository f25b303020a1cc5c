import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";

/** A span as it arrived by OTLP in JSON. */
export interface ReceivedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly kind: number;
  readonly status?: { readonly code?: number };
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly resource: Readonly<Record<string, unknown>>;
  readonly scope: string;
}

export interface Received {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** A receiver of OTLP over HTTP that can be made to misbehave. */
export interface Receiver {
  readonly url: string;
  readonly requests: Received[];
  /** Spans of the requests that were answered with 200. */
  readonly spans: ReceivedSpan[];
  /** What the next requests get, instead of 200. */
  answer: ((response: ServerResponse, request: Received) => void) | undefined;
  close(): Promise<void>;
}

export async function startReceiver(port = 0): Promise<Receiver> {
  const requests: Received[] = [];
  const spans: ReceivedSpan[] = [];
  const server = createServer(async (request, response) => {
    const raw = await buffer(request);
    const body = request.headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw;
    const received = { path: request.url ?? "", headers: request.headers, body };
    requests.push(received);
    if (receiver.answer !== undefined) {
      receiver.answer(response, received);
      return;
    }
    if (request.headers["content-type"] === "application/json") spans.push(...spansIn(body.toString()));
    response.writeHead(200, { "content-type": request.headers["content-type"] ?? "" }).end();
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const receiver: Receiver = {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    spans,
    answer: undefined,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}

/** Spans of an OTLP request in JSON, as a receiver or the Collector's file exporter has it. */
export function spansIn(json: string): readonly ReceivedSpan[] {
  const parsed: unknown = JSON.parse(json);
  return list(parsed, "resourceSpans").flatMap((resourceSpans) => {
    const resource = attributesOf(member(resourceSpans, "resource"));
    return list(resourceSpans, "scopeSpans").flatMap((scopeSpans) =>
      list(scopeSpans, "spans").map((span) => {
        const parent = member(span, "parentSpanId");
        const status = member(member(span, "status"), "code");
        return {
          name: String(member(span, "name")),
          traceId: String(member(span, "traceId")),
          spanId: String(member(span, "spanId")),
          ...(typeof parent === "string" && parent !== "" && { parentSpanId: parent }),
          kind: Number(member(span, "kind")),
          ...(typeof status === "number" && { status: { code: status } }),
          attributes: attributesOf(span),
          resource,
          scope: String(member(member(scopeSpans, "scope"), "name")),
        };
      }),
    );
  });
}

function attributesOf(value: unknown): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    list(value, "attributes").map((attribute) => [
      String(member(attribute, "key")),
      Object.values(member(attribute, "value") ?? {})[0],
    ]),
  );
}

function list(value: unknown, name: string): readonly unknown[] {
  const found = member(value, name);
  return Array.isArray(found) ? found : [];
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
