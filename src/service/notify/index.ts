import { setTimeout } from "node:timers/promises";
import { type ErrorRequestHandler, type Request, type RequestHandler, type Response, Router, raw } from "express";
import { isLoopback } from "../peer.ts";
import { createTell, type Told } from "./bridge.ts";
import { createDeadLetterFile, defaultFolder } from "./dead-letters.ts";
import { bridgedChannels, createDeliver } from "./deliver.ts";
import { createHealth } from "./health.ts";
import { namesLoopback } from "./loopback.ts";
import { createMemory } from "./memory.ts";
import { bridgedReceivers, createNotifyMetrics } from "./metrics.ts";
import type { NotifyOptions, Outside } from "./options.ts";
import { parseNotification } from "./payload.ts";
import { createUndelivered } from "./undelivered.ts";

export type { BridgeModel, NotifyOptions, Outside } from "./options.ts";

/** The bridge from Alertmanager to receivers that it cannot reach itself. */
export interface NotifyBridge {
  /** Answers `POST /RECEIVER`; mount it at `/notify`, with no body parser before it. */
  readonly router: Router;
  /**
   * Takes no more notifications (503, Alertmanager tries again) and waits for those that run, at most `deadlineMs`;
   * then they are broken off. Tells how many were.
   */
  readonly end: (deadlineMs: number) => Promise<{ readonly brokenOff: number }>;
}

const maxBodyBytes = 5 * 1024 * 1024;
/** Notifications that run at once. Those of one receiver cannot keep out the others. */
const maxRunningOfReceiver = 200;
const maxRunningBytes = 64 * 1024 * 1024;
/** How often it is looked for messages that have become too late. */
const sweepMs = 15_000;

const realOutside: Outside = {
  fetch: globalThis.fetch,
  now: Date.now,
  sleep: (ms, signal) => setTimeout(ms, undefined, { signal }).catch(() => undefined),
  random: Math.random,
  wecomApi: "https://qyapi.weixin.qq.com",
};

/** The bridge of an exporter service; one for the life of the process. */
export function createNotifyRouter(options: NotifyOptions): NotifyBridge {
  const { model, registry, readSecret, log } = options;
  const outside = { ...realOutside, ...options.outside };
  const breakOff = new AbortController();
  const metrics = createNotifyMetrics(registry, model);
  const file = createDeadLetterFile(options.deadLetterFolder ?? defaultFolder);
  const undelivered = createUndelivered({ now: outside.now, file, metrics, log });
  const tell = createTell({
    deliver: createDeliver(outside, readSecret, breakOff.signal),
    memory: createMemory(outside.now),
    health: createHealth(log, outside.now),
    undelivered,
    metrics,
    log,
    now: outside.now,
  });
  const running = new Set<Promise<void>>();
  const load = createLoad();
  let ending = false;
  const sweeping = setInterval(() => undelivered.sweep(), sweepMs).unref();

  const known: RequestHandler = (request, response, next) => {
    const name = receiverOf(request);
    const receiver = model().alerting?.receivers.get(name);
    if (receiver !== undefined && bridgedChannels(receiver).length > 0) return next();
    const known = [...bridgedReceivers(model())].toSorted();
    const error =
      receiver === undefined ? "no such receiver" : "Alertmanager tells this receiver itself, without the bridge";
    response.status(404).json({ error, receivers: known });
  };

  const admit: RequestHandler = (request, response, next) => {
    if (ending) return refuseForNow(response, "the service is about to end");
    const release = load.take(receiverOf(request), Number(request.headers["content-length"] ?? maxBodyBytes));
    if (release === undefined) return refuseForNow(response, "too many notifications at once");
    response.once("close", release);
    next();
  };

  const notify: RequestHandler = async (request, response) => {
    const name = receiverOf(request);
    const receiver = model().alerting?.receivers.get(name);
    const body: unknown = request.body;
    if (receiver === undefined || !(body instanceof Uint8Array)) {
      metrics.request(name, "refused");
      response.status(415).json({ error: "the body has to be JSON (Content-Type: application/json)" });
      return;
    }
    const parsed = parseNotification(new Uint8Array(body));
    if ("wrong" in parsed) {
      metrics.request(name, "refused");
      response.status(400).json({ error: parsed.wrong });
      return;
    }
    const told = tell(model(), receiver, parsed.notification);
    const done = told.then(
      () => undefined,
      () => undefined,
    );
    running.add(done);
    void done.then(() => running.delete(done));
    answer(response, await told);
  };

  const tooMuch: ErrorRequestHandler = (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error);
    metrics.request(receiverOf(request), "refused");
    const status = error instanceof Error && "status" in error && error.status === 413 ? 413 : 400;
    response
      .status(status)
      .json({ error: status === 413 ? "the body is larger than 5 MiB" : "the body cannot be read" });
  };

  const router = Router();
  const json = raw({ type: "application/json", limit: maxBodyBytes, inflate: false });
  router.post("/:receiver", fromHere, known, admit, json, notify, tooMuch);
  router.all("/:receiver", (_request, response) => {
    response.status(405).set("allow", "POST").json({ error: "notifications come by POST" });
  });
  return {
    router,
    end: async (deadlineMs) => {
      ending = true;
      clearInterval(sweeping);
      const timer = new AbortController();
      const all = Promise.all(running).then(() => timer.abort());
      await outside.sleep(deadlineMs, timer.signal);
      const brokenOff = running.size;
      breakOff.abort();
      await all;
      await undelivered.settled();
      return { brokenOff };
    },
  };
}

/** Only this machine's Alertmanager may speak to people through the bridge. */
const fromHere: RequestHandler = (request, response, next) => {
  if (isLoopback(request.socket.remoteAddress ?? "") && namesLoopback(request.headers.host)) return next();
  response.status(403).json({ error: "the bridge is for Alertmanager on this host" });
};

function receiverOf(request: Request): string {
  const name = request.params["receiver"];
  return typeof name === "string" ? name : "";
}

/** 5xx is what Alertmanager tries again, 4xx it leaves until the next round of its group. */
function answer(response: Response, { channels, acknowledged }: Told): void {
  const kinds = new Set(channels.map(({ outcome }) => outcome.kind));
  const status = kinds.has("failed") ? 503 : kinds.has("refused") ? 422 : 200;
  if (status === 200) response.once("finish", acknowledged);
  response.status(status).json({
    status: status === 200 ? "delivered" : "not delivered",
    channels: channels.map(({ channel, outcome }) => ({
      channel,
      outcome: outcome.kind,
      ...("flaw" in outcome ? outcome.flaw : {}),
    })),
  });
}

function refuseForNow(response: Response, error: string): void {
  response.status(503).json({ error });
}

/** Bounds what runs at once, in number for each receiver and in bytes for all. */
function createLoad(): { readonly take: (receiver: string, bytes: number) => (() => void) | undefined } {
  const counts = new Map<string, number>();
  let total = 0;
  return {
    take: (receiver, announced) => {
      const bytes = Number.isFinite(announced) ? Math.min(Math.max(announced, 0), maxBodyBytes) : maxBodyBytes;
      const count = counts.get(receiver) ?? 0;
      if (count >= maxRunningOfReceiver || total + bytes > maxRunningBytes) return undefined;
      counts.set(receiver, count + 1);
      total += bytes;
      return () => {
        counts.set(receiver, (counts.get(receiver) ?? 1) - 1);
        total -= bytes;
      };
    },
  };
}
