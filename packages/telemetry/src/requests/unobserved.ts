import type { Server } from "node:net";

const unobserved = Symbol("stackwright.unobserved");

/** For servers of the library itself: nobody wants spans, metrics and log lines of their requests. */
export function leaveUnobserved(server: Server): void {
  Object.defineProperty(server, unobserved, { value: true });
}

export function isUnobserved(server: object): boolean {
  return unobserved in server;
}
