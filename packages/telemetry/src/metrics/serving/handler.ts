import type { IncomingMessage, ServerResponse } from "node:http";
import { contentTypes, formatFor, takesGzip } from "../format/negotiate.ts";
import type { MetricRegistry } from "../registry.ts";

/** For `http.createServer`, and for Express as a route or mounted with `use`. */
export type MetricsHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** Answers that are under way at once; further ones are told to come later. */
const maxAnswers = 100;
/** A scraper that reads nothing for so long is gone. */
const idleMs = 30_000;

/**
 * Answers GET and HEAD with all metrics, in the format that the request prefers; 405 to other methods, 503 to a crowd.
 * Never throws and never calls `next`.
 */
export function metricsHandler(registry: Pick<MetricRegistry, "render">): MetricsHandler {
  let answers = 0;
  return (request, response) => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("allow", "GET, HEAD");
      refuse(response, 405, "metrics are read with GET\n");
      return;
    }
    if (answers >= maxAnswers) {
      response.setHeader("retry-after", "5");
      refuse(response, 503, "too many scrapes at once\n");
      return;
    }
    answers++;
    answer(registry, request, response)
      .catch(() => {
        // The connection broke, or memory ran out: Prometheus sees a failed scrape.
        if (response.headersSent) response.destroy();
        else refuse(response, 500, "the metrics cannot be rendered\n");
      })
      .finally(() => {
        answers--;
      });
  };
}

async function answer(
  registry: Pick<MetricRegistry, "render">,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const accept = headerOf(request.headers.accept);
  const isZipped = takesGzip(headerOf(request.headers["accept-encoding"]));
  response.setHeader("vary", "Accept, Accept-Encoding");
  response.setHeader("cache-control", "no-store");
  if (request.method === "HEAD") {
    response.setHeader("content-type", contentTypes[formatFor(accept)]);
    response.end();
    return;
  }
  const page = await registry.render(accept);
  const pieces = isZipped ? [await page.zipped()] : page.pieces;
  if (response.destroyed || response.headersSent) return;
  response.setHeader("content-type", page.contentType);
  if (isZipped) response.setHeader("content-encoding", "gzip");
  response.setHeader(
    "content-length",
    pieces.reduce((sum, { length }) => sum + length, 0),
  );
  for (const piece of pieces) if (!response.write(piece) && !(await isReady(response, "drain"))) return;
  response.end();
  await isReady(response, "finish");
}

/** Waits for the reader at most so long; false, and the connection closed, where it is gone. */
function isReady(response: ServerResponse, event: "drain" | "finish"): Promise<boolean> {
  if (response.destroyed || response.writableFinished) return Promise.resolve(!response.destroyed);
  return new Promise((resolve) => {
    const done = (isThere: boolean): void => {
      clearTimeout(timer);
      response.off(event, onReady);
      response.off("close", onClose);
      resolve(isThere);
    };
    const onReady = (): void => done(true);
    const onClose = (): void => done(false);
    const timer = setTimeout(() => response.destroy(), idleMs).unref();
    response.on(event, onReady);
    response.on("close", onClose);
  });
}

function refuse(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent || response.destroyed) return;
  response.statusCode = status;
  response.setHeader("content-type", "text/plain; charset=utf-8");
  response.end(text);
}

/** Express and Node give some headers as lists. */
function headerOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "string" ? value : value?.join(", ");
}
