import { type RequestHandler, type Response, Router } from "express";
import { isStreamName } from "../bulk/items.ts";
import { retryAfterS } from "../limits.ts";
import type { Ask } from "../questions.ts";
import type { LogLine } from "../search/logs.ts";
import { NotAnswered } from "../thread.ts";
import { isTraceId, ParameterError, type Parameters, parametersOf } from "./parameters.ts";
import { logParameters, logSearch, overviewSearch, timeParameters, traceParameters, traceSearch } from "./searches.ts";

/** What a path of the API takes and gives. */
interface Endpoint {
  readonly path: string;
  readonly parameters: readonly string[];
  /** The answer as JSON; undefined is 404 with the message. */
  readonly answer: (asked: {
    readonly parameters: Parameters;
    readonly part: string;
    readonly nowMs: number;
  }) => Promise<object | undefined>;
  readonly missing?: string;
}

/**
 * Answers `GET /services`, `/traces`, `/traces/ID`, `/logs` and `/graph` with JSON. Names of fields tell their units:
 * `_ms` are milliseconds, since 1970 where it is a time. Errors are `{ "error": TEXT }` with 400, 404 or 503.
 */
export function apiRouter(ask: Ask): Router {
  const endpoints: readonly Endpoint[] = [
    { path: "/services", parameters: [], answer: async () => ({ services: await ask("services", undefined) }) },
    {
      path: "/traces",
      parameters: traceParameters,
      answer: async ({ parameters, nowMs }) => ({ traces: await ask("traces", traceSearch(parameters, nowMs)) }),
    },
    {
      path: "/traces/:part",
      parameters: [],
      missing: "there is no span and no log line of that trace here",
      answer: async ({ part }) => {
        if (!isTraceId(part)) throw new ParameterError("a trace identifier has 32 hexadecimal digits");
        const found = await ask("trace", { id: part.toLowerCase() });
        if (found === undefined) return undefined;
        const { span_list, log_lines, ...trace } = found;
        return { ...trace, span_list, log_lines: log_lines.map(withDocument) };
      },
    },
    {
      path: "/logs",
      parameters: logParameters,
      answer: async ({ parameters, nowMs }) => ({
        logs: (await ask("logs", logSearch(parameters, nowMs))).map(withDocument),
      }),
    },
    {
      path: "/graph",
      parameters: timeParameters,
      answer: ({ parameters, nowMs }) => ask("overview", overviewSearch(parameters, nowMs)),
    },
  ];
  const router = Router();
  for (const endpoint of endpoints) router.get(endpoint.path, handler(endpoint));
  return router;
}

/** Answers `GET /_count` and `GET /STREAM/_count` as Elasticsearch does, for whoever compares what it has sent. */
export function countRouter(ask: Ask): Router {
  const answer: RequestHandler = async (request, response) => {
    const { stream } = request.params;
    const name = typeof stream === "string" ? stream : undefined;
    if (name !== undefined && !isStreamName(name)) {
      response.status(400).json({ error: "that is no name of a data stream" });
      return;
    }
    await answering(response, async () => {
      const count = await ask("count", { stream: name });
      response.json({ count, _shards: { total: 1, successful: 1, skipped: 0, failed: 0 } });
    });
  };
  return Router().get(["/_count", "/:stream/_count"], answer);
}

function handler({ parameters: known, answer, missing = "there is nothing" }: Endpoint): RequestHandler {
  return async (request, response) => {
    response.setHeader("cache-control", "no-store");
    await answering(response, async () => {
      const { part } = request.params;
      const parameters = parametersOf(request, known);
      const found = await answer({ parameters, part: typeof part === "string" ? part : "", nowMs: Date.now() });
      if (found === undefined) response.status(404).json({ error: missing });
      else response.json(found);
    });
  };
}

async function answering(response: Response, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (error instanceof ParameterError) response.status(400).json({ error: error.message });
    else if (error instanceof NotAnswered) {
      if (error.because !== "failed") response.setHeader("retry-after", String(retryAfterS[error.because]));
      response.status(error.because === "failed" ? 500 : 503).json({ error: error.message });
    } else throw error;
  }
}

/** The line itself as JSON and not as a text within JSON. */
function withDocument({ document, ...line }: LogLine): object {
  const parsed: unknown = JSON.parse(document);
  return { ...line, document: parsed };
}
