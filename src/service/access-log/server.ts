import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { contentType } from "./exposition.ts";

/** A server for the metrics. `render` gives them. */
export function metricsServer(render: () => Promise<string>): Server {
  const server = createServer(
    { requestTimeout: 10_000, headersTimeout: 10_000, keepAliveTimeout: 120_000 },
    (request, response) => {
      answer(request, response, render).catch((error: unknown) => {
        if (!response.headersSent) send(response, 500, `${error instanceof Error ? error.message : "failed"}\n`);
        else response.destroy();
      });
    },
  );
  server.maxConnections = 256;
  return server;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  render: () => Promise<string>,
): Promise<void> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD");
    return send(response, 405, "only GET and HEAD\n");
  }
  switch (new URL(request.url ?? "/", "http://exporter").pathname) {
    case "/metrics":
      return send(response, 200, await render(), contentType);
    case "/-/healthy":
      return send(response, 200, "ok\n");
    case "/":
      return send(response, 200, "The access log exporter of Stackwright. Metrics: /metrics\n");
    default:
      return send(response, 404, "not found; the metrics are at /metrics\n");
  }
}

function send(response: ServerResponse, status: number, text: string, type = "text/plain; charset=utf-8"): void {
  response.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(text) });
  response.end(text);
}
