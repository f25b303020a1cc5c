import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Router } from "express";
import type { Registry } from "prom-client";
import type { Access } from "./access/access.ts";
import { isFromThisMachine, loopbackOnly } from "./access/guard.ts";
import { discoveryRouter } from "./discovery/router.ts";
import type { InventoryState } from "./inventory/keeper.ts";
import type { Log } from "./log.ts";
import { metricsRouter } from "./metrics/router.ts";
import { drawPage, pageHeaders } from "./page/page.ts";
import type { Status } from "./page/status.ts";
import type { Store } from "./store/index.ts";

/** What the paths of the service lead to. */
export interface Parts {
  readonly inventory: () => InventoryState;
  readonly status: () => Status;
  readonly access: () => Access;
  readonly guard: RequestHandler;
  readonly registry: Registry;
  readonly bridge: Router;
  /** Undefined where it is turned off. */
  readonly store: Pick<Store, "ingest" | "views"> | undefined;
  readonly isEnding: () => boolean;
  readonly log: Log;
}

/** No answer takes longer. */
const answerLimitMs = 120_000;

/** The whole service, for whoever proves who they are; health and readiness for everybody, the bridge for this machine. */
export function createApp(parts: Parts): Express {
  const { inventory, status, guard, registry, store } = parts;
  const app = bareApp(parts);
  app.use(guard);
  if (store !== undefined) app.use(store.ingest);
  app.use(readOnly);
  app.use("/metrics", metricsRouter(registry));
  app.use("/sd", discoveryRouter(inventory));
  app.get("/", (_request, response) => {
    response.setHeader("cache-control", "no-store");
    response.type("text/html").send(drawPage(status()));
  });
  if (store !== undefined) app.use(store.views);
  return finish(app, parts);
}

/** For this machine where everybody else has to speak TLS: the bridge, the store's intake, health and readiness. */
export function createLocalApp(parts: Parts): Express {
  const app = bareApp(parts);
  app.use((_request, response) => {
    response.status(426).setHeader("upgrade", "TLS/1.2");
    response.type("text/plain").send("this port speaks TLS: ask with https://\n");
  });
  return finish(app, parts);
}

function bareApp({ inventory, access, bridge, store, isEnding }: Parts): Express {
  const app = express();
  app.disable("x-powered-by").disable("etag").set("query parser", false);
  app.use((request, response, next) => {
    for (const [name, value] of Object.entries({ ...pageHeaders, ...access().headers }))
      response.setHeader(name, value);
    if (isEnding()) response.setHeader("connection", "close");
    const timer = setTimeout(() => request.socket.destroy(), answerLimitMs);
    response.once("close", () => clearTimeout(timer));
    next();
  });
  app.get("/-/healthy", (_request, response) => {
    response.type("text/plain").send("ok\n");
  });
  // Balancers and probes of units hold no token; yes or no is all they learn.
  app.get("/-/ready", (_request, response) => {
    const isReady = inventory().facts !== undefined && !isEnding();
    response.status(isReady ? 200 : 503).type("text/plain");
    response.send(isReady ? "ready\n" : "not ready: there is no inventory without errors, or the service is ending\n");
  });
  app.use("/notify", loopbackOnly, bridge);
  // Applications on this machine hold no token of ours, and no certificate.
  if (store !== undefined)
    app.use((request, response, next) => {
      if (isFromThisMachine(request)) store.ingest(request, response, next);
      else next();
    });
  return app;
}

const readOnly: RequestHandler = ({ method }, response, next) => {
  if (method === "GET" || method === "HEAD") {
    next();
    return;
  }
  response.status(405).setHeader("allow", "GET, HEAD");
  response.type("text/plain").send(`${method} is not allowed here; GET is\n`);
};

function finish(app: Express, { log }: Parts): Express {
  app.use((_request, response) => {
    response.status(404).type("text/plain");
    response.send("nothing is here; there are /, /metrics, /sd/prometheus, /-/healthy and /-/ready\n");
  });
  const fail: ErrorRequestHandler = (error, request, response, next) => {
    const status = statusOf(error);
    if (status >= 500)
      log.error("a request failed", {
        "url.path": request.path.slice(0, 200),
        "error.message": error instanceof Error ? error.message : String(error),
        "error.stack_trace": error instanceof Error ? error.stack : undefined,
      });
    if (response.headersSent) {
      next(error);
      return;
    }
    response
      .status(status)
      .type("text/plain")
      .send(status < 500 ? "this request cannot be read\n" : "this failed; the log says why\n");
  };
  return app.use(fail);
}

/** Express marks what the client did wrong, a broken escape in a path for example. */
function statusOf(error: unknown): number {
  const status = typeof error === "object" && error !== null && "status" in error ? Number(error.status) : 500;
  return status >= 400 && status < 600 ? status : 500;
}
