import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Reporter } from "../../reports/reporter.ts";
import { leaveUnobserved } from "../../requests/unobserved.ts";
import type { MetricRegistry } from "../registry.ts";
import { metricsHandler } from "./handler.ts";

export interface MetricsServerOptions {
  /** Name or address to listen on. */
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly path: string;
  readonly registry: Pick<MetricRegistry, "render" | "isServedElsewhere">;
  readonly reporter: Reporter;
}

export interface MetricsServer {
  /** Resolves when it listens; with undefined when it was closed before, or the primary of a cluster listens instead. */
  readonly listening: Promise<AddressInfo | undefined>;
  /** Lets go of the port at once, so that the application can have it; answers under way are finished. */
  close(): void;
}

/** A taken port is tried again after so long: during a restart the process before may still have it. */
const againMs = 5_000;
const maxConnections = 100;

/**
 * Answers scrapes on a port of its own. It never keeps the process alive and never makes it fail: a port that is taken is
 * reported, and tried again until it is free.
 */
export function serveMetrics({ host, port, path, registry, reporter }: MetricsServerOptions): MetricsServer {
  const answer = metricsHandler(registry);
  const server = createServer(
    { requestTimeout: 10_000, headersTimeout: 5_000, keepAliveTimeout: 70_000 },
    (request, response) => {
      const asked = request.url?.split("?", 1)[0];
      if (asked === path) return answer(request, response);
      response.statusCode = 404;
      response.setHeader("content-type", "text/plain; charset=utf-8");
      response.end(`metrics are at ${path}\n`);
    },
  );
  leaveUnobserved(server);
  server.maxConnections = maxConnections;
  server.on("clientError", (_, socket) => socket.destroy());
  server.on("connection", (socket) => socket.unref());
  return listen(server, { host, port, reporter, isNeeded: async () => !(await registry.isServedElsewhere()) });
}

interface Listening extends Pick<MetricsServerOptions, "host" | "port" | "reporter"> {
  readonly isNeeded: () => Promise<boolean>;
}

function listen(server: Server, { host, port, reporter, isNeeded }: Listening): MetricsServer {
  const { promise, resolve } = Promise.withResolvers<AddressInfo | undefined>();
  const key = `metrics:listen:${host}:${port}`;
  const place = { "server.address": host, "server.port": port };
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  const attempt = (): void => {
    // Not by the primary of a cluster, which would share the port out among the workers.
    if (!isClosed) server.listen({ host, port, exclusive: true });
  };
  server.on("error", (error) => {
    const code = "code" in error ? String(error.code) : error.message;
    reporter.begin(key, "the metrics cannot be served; trying again", { ...place, "error.code": code });
    timer = setTimeout(attempt, againMs).unref();
  });
  server.on("listening", () => {
    server.unref();
    reporter.end(key, "the metrics are served", place);
    const address = server.address();
    if (typeof address === "object" && address !== null) resolve(address);
  });
  isNeeded().then((isOurs) => (isOurs ? attempt() : resolve(undefined)));
  return {
    listening: promise,
    close() {
      isClosed = true;
      clearTimeout(timer);
      server.close();
      server.closeIdleConnections();
      resolve(undefined);
    },
  };
}
