import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { context, type Tracer } from "@opentelemetry/api";
import type { RequestLogger } from "../logs/pino/request-logger.ts";
import type { Meter } from "../metrics/instruments.ts";
import type { Reporter } from "../reports/reporter.ts";
import type { RequestSettings } from "../settings/requests.ts";
import { type Begun, beginRequest } from "./begin.ts";
import { whenClosed } from "./close.ts";
import { failureOf } from "./failure.ts";
import { type Ending, record } from "./record.ts";
import { requestDurations } from "./series.ts";
import { type Carrier, recordFailure, served } from "./served-request.ts";
import { hookServers } from "./server-hook.ts";
import { whenAnswered } from "./upgrade.ts";

export interface RequestsParts {
  readonly settings: RequestSettings;
  readonly meter: Meter;
  readonly tracer: Tracer;
  readonly reporter: Reporter;
  /** Left out: no request log. */
  readonly log?: RequestLogger;
  /** Answers scrapes on the application's own port. */
  readonly metricsPage?: MetricsPage;
}

export interface MetricsPage {
  readonly handler: (message: IncomingMessage, response: ServerResponse) => void;
  /** Servers on other ports leave the path to the application. */
  readonly port: number;
  readonly path: string;
}

export interface Requests {
  /** Requests that are being served. */
  active(): number;
  /** Takes the hooks out; requests that are being served are still written down. */
  stop(): void;
}

/**
 * Observes every request that an `http` or `https` server of this process gets from now on: a span that its handlers run
 * in, the histogram `http_server_request_duration_seconds`, and a log line when it has ended.
 */
export function startRequests(parts: RequestsParts): Requests {
  const { settings, meter, tracer, reporter, metricsPage } = parts;
  const recorders = { seriesOf: requestDurations(meter), log: settings.requestLog ? parts.log : undefined };
  let active = 0;
  let isStopped = false;
  meter.observed({
    name: "http_server_active_requests",
    help: "HTTP requests that are being served.",
    type: "gauge",
    read: () => active,
  });

  const complain = (error: unknown): void => {
    const { type, message } = failureOf(error);
    reporter.begin("requests", "a request could not be observed", { "error.type": type, "error.message": message });
  };

  /** Undefined where the request is known already, or cannot be looked at: it is served all the same. */
  const begin = (message: IncomingMessage & Carrier): Begun | undefined => {
    if (isStopped || message[served] !== undefined) return undefined;
    try {
      const begun = beginRequest(message, settings, tracer);
      message[served] = begun.request;
      active++;
      return begun;
    } catch (error) {
      complain(error);
      return undefined;
    }
  };

  const end = ({ request }: Begun, ending: Ending): void => {
    if (request.isEnded) return;
    request.isEnded = true;
    active--;
    try {
      record(request, ending, recorders);
    } catch (error) {
      complain(error);
    }
  };

  const serveIn = (begun: Begun, serve: () => boolean): boolean => {
    try {
      return context.with(begun.context, serve);
    } catch (error) {
      recordFailure(begun.request, error);
      throw error;
    }
  };

  const unhook = hookServers({
    onRequest: (message: IncomingMessage, response: ServerResponse, serve) => {
      if (metricsPage !== undefined && !isStopped && isScrape(message, metricsPage)) {
        metricsPage.handler(message, response);
        return true;
      }
      const begun = begin(message);
      if (begun === undefined) return serve();
      whenClosed(response, message.socket, (ending) => end(begun, ending));
      return serveIn(begun, serve);
    },
    onUpgrade: (message: IncomingMessage, socket: Duplex, serve) => {
      const begun = begin(message);
      if (begun === undefined) return serve();
      whenAnswered(socket, (ending) => end(begun, ending));
      return serveIn(begun, serve);
    },
  });
  return {
    active: () => active,
    stop: () => {
      isStopped = true;
      unhook();
    },
  };
}

function isScrape({ url = "", method, socket }: IncomingMessage, { port, path }: MetricsPage): boolean {
  return (
    url.startsWith(path) &&
    (url.length === path.length || url[path.length] === "?") &&
    (method === "GET" || method === "HEAD") &&
    socket.localPort === port
  );
}
