import { Server as HttpServer, IncomingMessage, ServerResponse } from "node:http";
import { Server as HttpsServer } from "node:https";
import type { Duplex } from "node:stream";
import { isUnobserved } from "./unobserved.ts";

/** What happens on a server; `serve` is the rest of the event's work, to be called exactly once unless it is answered. */
export interface ServerEvents {
  readonly onRequest: (message: IncomingMessage, response: ServerResponse, serve: () => boolean) => boolean;
  readonly onUpgrade: (message: IncomingMessage, socket: Duplex, serve: () => boolean) => boolean;
}

/**
 * Steps in where a server hands a request to the application. All servers inherit these two prototypes, so it is all the
 * same how and when the application imported `http`, and the handlers run inside the call, which is what carries a
 * context to them. A diagnostics channel costs as much and is told beside the call, where the API can set no context.
 */
export function hookServers(events: ServerEvents): () => void {
  const undo = [HttpServer.prototype, HttpsServer.prototype].map((prototype) => hookEmit(prototype, events));
  return () => {
    for (const each of undo) each();
  };
}

type Prototype = HttpServer | HttpsServer;

function hookEmit(prototype: Prototype, { onRequest, onUpgrade }: ServerEvents): () => void {
  const inherited = prototype.emit;
  const before = Object.getOwnPropertyDescriptor(prototype, "emit");
  const emit = function emit(this: object, event: string, ...values: unknown[]): boolean {
    const [message, second] = values;
    if (message instanceof IncomingMessage && !isUnobserved(this))
      switch (event) {
        case "request":
        case "checkContinue":
        case "checkExpectation":
          if (second instanceof ServerResponse)
            return onRequest(message, second, () => Reflect.apply(inherited, this, [event, message, second]));
          break;
        case "upgrade":
          if (isDuplex(second))
            return onUpgrade(message, second, () => Reflect.apply(inherited, this, [event, ...values]));
          break;
      }
    return Reflect.apply(inherited, this, [event, ...values]);
  };
  Object.defineProperty(prototype, "emit", { value: emit, configurable: true, writable: true });
  return () => {
    // Another library may stand on ours by now: then it stays, and hands everything on.
    if (!Object.is(prototype.emit, emit)) return;
    if (before === undefined) Reflect.deleteProperty(prototype, "emit");
    else Object.defineProperty(prototype, "emit", before);
  };
}

function isDuplex(value: unknown): value is Duplex {
  return typeof value === "object" && value !== null && "write" in value && "once" in value;
}
