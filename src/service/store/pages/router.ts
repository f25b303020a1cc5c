import { type Request, type RequestHandler, type Response, Router } from "express";
import { html } from "../../page/html.ts";
import { isTraceId, ParameterError, parametersOf } from "../api/parameters.ts";
import { logParameters, logSearch, overviewSearch, traceParameters, traceSearch } from "../api/searches.ts";
import { retryAfterS, type StoreLimits } from "../limits.ts";
import type { StoreState } from "../protocol.ts";
import type { Ask } from "../questions.ts";
import { NotAnswered } from "../thread.ts";
import { drawLogs } from "./logs-page.ts";
import { drawShell, type Shell, storePageHeaders } from "./shell.ts";
import { drawTrace } from "./trace-page.ts";
import { drawTraces } from "./traces-page.ts";

/** What the pages are made of. */
export interface PageSources {
  readonly ask: Ask;
  readonly state: () => StoreState;
  readonly limits: StoreLimits;
  readonly version: string;
}

type Page =
  | (Pick<Shell, "title" | "where" | "main"> & { readonly type: "page"; readonly status?: number })
  | { readonly type: "elsewhere"; readonly path: string };

/** Answers `GET /traces`, `/traces/ID` and `/logs` with pages. */
export function pagesRouter(sources: PageSources): Router {
  const { ask, state, limits } = sources;
  return Router()
    .get(
      "/traces",
      pageOf("traces", sources, async (request, nowMs) => {
        const parameters = parametersOf(request, [...traceParameters, "trace_id"]);
        const id = parameters.traceId("trace_id");
        if (id !== undefined) return { type: "elsewhere", path: `/traces/${id}` };
        const [services, overview, traces] = await Promise.all([
          ask("services", undefined),
          ask("overview", overviewSearch(parameters, nowMs)),
          ask("traces", traceSearch(parameters, nowMs)),
        ]);
        const main = drawTraces({ overview, services, traces, state: state(), limits, asked: parameters });
        return { type: "page", title: "Traces", where: "of this service's own store", main };
      }),
    )
    .get(
      "/traces/:id",
      pageOf(undefined, sources, async (request) => {
        parametersOf(request, []);
        const { id } = request.params;
        if (typeof id !== "string" || !isTraceId(id))
          throw new ParameterError("a trace identifier has 32 hexadecimal digits");
        const trace = await ask("trace", { id: id.toLowerCase() });
        if (trace === undefined) return nothing(id);
        const title = trace.name === "" ? "Trace" : trace.name;
        return { type: "page", title, where: trace.service, main: drawTrace(trace) };
      }),
    )
    .get(
      "/logs",
      pageOf("logs", sources, async (request, nowMs) => {
        const parameters = parametersOf(request, logParameters);
        const search = logSearch(parameters, nowMs);
        const [services, lines] = await Promise.all([ask("services", undefined), ask("logs", search)]);
        const main = drawLogs({ lines, limit: search.limit, services, asked: parameters });
        return { type: "page", title: "Logs", where: "of this service's own store", main };
      }),
    );
}

function nothing(id: string): Page {
  const main = html`<section aria-labelledby="none"><div class="head"><h2 id="none">Nothing here</h2></div>
<p class="empty">No span and no log line of <code>${id}</code> is in the store: it was not sampled, has not arrived yet, or is so old that it was thrown away.</p></section>`;
  return { type: "page", title: "Trace", where: "not found", main, status: 404 };
}

function pageOf(
  at: Shell["at"],
  { state, version }: PageSources,
  draw: (request: Request, nowMs: number) => Promise<Page>,
): RequestHandler {
  return async (request, response) => {
    const nowMs = Date.now();
    for (const [name, value] of Object.entries(storePageHeaders)) response.setHeader(name, value);
    const page = await draw(request, nowMs).catch((error: unknown) => failurePage(error, response));
    if (page.type === "elsewhere") {
      response.redirect(303, page.path);
      return;
    }
    const { title, where, main, status = 200 } = page;
    const { failure } = state();
    response.status(status).type("text/html").send(drawShell({ title, where, at, nowMs, version, failure, main }));
  };
}

/** What was wrong with the question, or with the store, as a page. */
function failurePage(error: unknown, response: Response): Page {
  const words = (status: number, what: string, why: string): Page => ({
    ...{ type: "page", title: what, where: "", status },
    main: html`<div class="alarm bad" role="alert"><h2>${what}</h2><p>${why}</p><p><a href="/traces">All traces</a> · <a href="/logs">all log lines</a></p></div>`,
  });
  if (error instanceof ParameterError) return words(400, "This cannot be searched for", error.message);
  if (!(error instanceof NotAnswered)) throw error;
  if (error.because === "failed") return words(500, "The search failed", error.message);
  response.setHeader("retry-after", String(retryAfterS[error.because]));
  return words(503, "The store does not answer now", error.message);
}
