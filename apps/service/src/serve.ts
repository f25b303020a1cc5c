import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Express } from "express";
import type { Logger } from "pino";
import type { Health } from "./health.ts";

interface Service {
  readonly app: Express;
  readonly health: Health;
  readonly log: Logger;
  readonly settings: { readonly HOST: string; readonly PORT: number };
  /** Adds what is not an Express route, WebSockets for example. */
  readonly attach?: (server: Server) => void;
  /** Told when the stop begins: ends what would never end by itself, such as WebSockets. */
  readonly stop?: () => void;
  /** Closes pools and files, after the last answer. */
  readonly close?: () => Promise<unknown> | unknown;
}

/** After SIGTERM: for requests that are under way, then for what is to be closed, and all in all. */
const finishMs = 3000;
const closeMs = 1000;
const endMs = 4500;

/**
 * Listens until SIGTERM or SIGINT. Then it takes nothing new, finishes what is under way, closes what is open and lets
 * the process end. A second signal ends it at once.
 */
export async function serve({ app, health, log, settings, attach, stop, close }: Service): Promise<Server> {
  const server = createServer(app);
  server.requestTimeout = 10_000;
  server.headersTimeout = 5_000;
  // Longer than nginx keeps idle connections to us (60 s): the side that sends requests should be the one to close.
  server.keepAliveTimeout = 65_000;
  attach?.(server);

  const onSignal = (signal: NodeJS.Signals): void => {
    for (const name of signals) process.off(name, onSignal);
    log.info({ signal }, "stopping");
    // Fires only if something still keeps the process from ending by itself.
    setTimeout(() => {
      log.error({ afterMs: endMs }, "did not end by itself");
      process.exit(1);
    }, endMs).unref();
    health.stop();
    stop?.();
    finish(server)
      .then((whole) => whole || log.warn({ afterMs: finishMs }, "requests were broken off"))
      .then(() => within(closeMs, Promise.resolve(close?.())))
      .then((closed) => closed || log.warn({ afterMs: closeMs }, "connections would not close"))
      .catch((error: unknown) => log.error({ err: error }, "stopping failed"))
      .finally(() => log.info("stopped"));
  };
  for (const name of signals) process.on(name, onSignal);

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(settings.PORT, settings.HOST, resolve);
  });
  log.info({ address: addressOf(server) }, "listening");
  return server;
}

const signals = ["SIGTERM", "SIGINT"] as const;

/** False if requests had to be broken off. */
async function finish(server: Server): Promise<boolean> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection becomes idle only after its answer, and would then be kept open for the next request.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const whole = await within(finishMs, closed);
  clearInterval(sweep);
  server.closeAllConnections();
  return whole;
}

async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(resolve, ms, false);
  try {
    return await Promise.race([work.then(() => true), promise]);
  } finally {
    clearTimeout(timer);
  }
}

function addressOf(server: Server): string {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") return String(address);
  const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}
