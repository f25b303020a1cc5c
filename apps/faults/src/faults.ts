import { setTimeout as sleep } from "node:timers/promises";
import { Problem } from "@stackwright/sample-service";
import { json, type RequestHandler, Router } from "express";
import type { Logger } from "pino";
import { type Fault, faultSchema } from "./fault.ts";
import { fromThisMachine } from "./from-this-machine.ts";

export interface Faults {
  /** `/-/faults`: GET shows what is wrong, POST adds to it, DELETE ends all. Stands before `inject`. */
  readonly routes: Router;
  /** Delays and fails requests as long as a fault says so. */
  readonly inject: RequestHandler;
  /** Milliseconds by which the next query of the store is to be slower; 0 nearly always. */
  queryDelayMs(): number;
}

interface FaultsOptions {
  readonly log: Logger;
  /** Milliseconds on a clock that never goes back. */
  readonly now?: () => number;
  /** From 0 to below 1. */
  readonly random?: () => number;
}

/** Requests that are held up at the same time; more than these pass without delay, so that a drill cannot use up all memory. */
const mostHeld = 1000;

/** Faults on demand, at most one of each kind. */
export function createFaults({ log, now = () => performance.now(), random = Math.random }: FaultsOptions): Faults {
  const active = new Map<Fault["kind"], { readonly fault: Fault; readonly until: number }>();
  let held = 0;

  /** The fault, if there is one of this kind now and it hits. */
  function hit<Kind extends Fault["kind"]>(kind: Kind, path?: string): Extract<Fault, { kind: Kind }> | undefined {
    const entry = active.get(kind);
    if (entry === undefined) return undefined;
    if (entry.until <= now()) {
      active.delete(kind);
      log.info({ kind }, "fault over");
      return undefined;
    }
    const { fault } = entry;
    if (!isOf(fault, kind) || !covers(fault, path) || random() >= fault.probability) return undefined;
    return fault;
  }

  const routes = Router();
  routes.use("/-/faults", fromThisMachine, json({ limit: "1kb" }));
  routes.get("/-/faults", (_request, response) => {
    const left = [...active.values()].filter(({ until }) => until > now());
    response.json({
      faults: left.map(({ fault, until }) => ({ ...fault, secondsLeft: Math.ceil((until - now()) / 1000) })),
    });
  });
  routes.post("/-/faults", (request, response) => {
    const fault = faultSchema.parse(request.body);
    active.set(fault.kind, { fault, until: now() + fault.seconds * 1000 });
    log.warn({ fault }, "fault injected");
    response.status(201).json(fault);
  });
  routes.delete("/-/faults", (_request, response) => {
    active.clear();
    log.info("faults ended");
    response.status(204).end();
  });

  return {
    routes,
    async inject(request, response, next) {
      const latency = hit("latency", request.path);
      if (latency !== undefined && held < mostHeld) {
        held += 1;
        // A service that stops need not wait for this.
        await sleep(latency.ms, undefined, { ref: false });
        held -= 1;
        if (response.destroyed) return;
      }
      const failure = hit("errors", request.path);
      if (failure !== undefined) throw new Problem(failure.status, "a fault was injected here");
      next();
    },
    queryDelayMs: () => hit("slow_query")?.ms ?? 0,
  };
}

function isOf<Kind extends Fault["kind"]>(fault: Fault, kind: Kind): fault is Extract<Fault, { kind: Kind }> {
  return fault.kind === kind;
}

function covers(fault: Fault, path: string | undefined): boolean {
  if (!("path" in fault) || fault.path === undefined || path === undefined) return true;
  return path === fault.path || path.startsWith(fault.path.endsWith("/") ? fault.path : `${fault.path}/`);
}
