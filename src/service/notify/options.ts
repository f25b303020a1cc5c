import type { Registry } from "prom-client";
import type { Model } from "../../model/model.ts";
import type { Log } from "../log.ts";
import type { SecretReader } from "../secrets.ts";

/** The part of an inventory that the bridge reads. */
export type BridgeModel = Pick<Model, "platform" | "environment" | "timezone" | "alerting">;

/** What the bridge needs from the service around it. */
export interface NotifyOptions {
  /** The inventory in force; asked for each request and scrape, so that a new one needs no restart. */
  readonly model: () => BridgeModel;
  /** Where the bridge's three metrics are registered. */
  readonly registry: Registry;
  readonly readSecret: SecretReader;
  readonly log: Log;
  /** Folder of the dead letters, made where it is missing: the unit's `StateDirectory` unless told otherwise. */
  readonly deadLetterFolder?: string;
  readonly outside?: Partial<Outside>;
}

/** The world that the bridge touches, so that tests can put another in its place. */
export interface Outside {
  readonly fetch: typeof fetch;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Resolves after the time, or at once when the signal is aborted; never rejects. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** From 0 up to and without 1. */
  readonly random: () => number;
  /** Where the API of WeCom answers. */
  readonly wecomApi: string;
}
