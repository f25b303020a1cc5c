import type { Span } from "@opentelemetry/api";
import { type Failure, failureOf } from "./failure.ts";

/** A request on its way through the application. Framework hooks add to it; it is written down when it has ended. */
export interface ServedRequest {
  readonly span: Span | undefined;
  /** By the conventions: `_OTHER` for what is not known. */
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly scheme: "http" | "https";
  readonly httpVersion: string;
  readonly startedMs: number;
  readonly userAgent: string | undefined;
  readonly clientAddress: string | undefined;
  /** Template of the route that took it; empty where none has, or none is known. Never a raw path. */
  route: string;
  /** Template of the mount points on the way to the router that is at work. */
  mount: string;
  /** What a handler threw or passed on, the first of them. */
  failure: Failure | undefined;
  isEnded: boolean;
}

/** Where a request carries its state: a property, since a map would cost more than all the rest. */
export const served: unique symbol = Symbol("stackwright.request");

export interface Carrier {
  [served]?: ServedRequest;
}

/** Remembers what a handler threw; what a second one says about it is no news. */
export function recordFailure(request: ServedRequest | undefined, failure: unknown): void {
  if (request !== undefined && request.failure === undefined) request.failure = failureOf(failure);
}
