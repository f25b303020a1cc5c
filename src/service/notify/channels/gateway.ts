import { createHash } from "node:crypto";
import type { Path } from "../../../diagnostics/path.ts";
import type { Url } from "../../../model/model.ts";
import { SecretError, type SecretReader } from "../../secrets.ts";
import type { Origin } from "../message/compose.ts";
import type { Outside } from "../options.ts";
import type { Outcome } from "../outcome.ts";
import type { Notification } from "../payload.ts";

/** The other end of a channel, ready to be called. */
export interface Gateway {
  /** The same for all channels that share the gateway's limits. Holds no secret. */
  readonly lane: string;
  /** Set where the gateway bounds the number of messages; what has to wait is then merged into one. */
  readonly pace?: Pace;
  /** One call that tells these notifications, in order. */
  readonly send: (notifications: readonly Notification[], signal: AbortSignal) => Promise<Outcome>;
}

/** `burst` messages at once, then one every `everyMs`: never more than `burst + 60,000 / everyMs` in a minute. */
export interface Pace {
  readonly burst: number;
  readonly everyMs: number;
}

/** What every channel needs. */
export interface Surroundings {
  readonly outside: Outside;
  readonly readSecret: SecretReader;
  readonly origin: Origin;
  readonly receiver: string;
}

/** The address of a channel, written out or by reference. Rejects with `SecretError`. */
export async function addressOf(url: Url, path: Path, readSecret: SecretReader): Promise<URL> {
  const text = typeof url === "string" ? url : (await readSecret(url, path)).reveal();
  const address = URL.canParse(text) ? new URL(text) : undefined;
  if (address?.protocol !== "https:" && address?.protocol !== "http:")
    throw new SecretError(
      `${path.join(".")}: what stands there is not an address that begins with https:// or http://`,
    );
  return address;
}

/** Stands for values that must not be seen. */
export function fingerprint(...values: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(values)).digest("hex").slice(0, 32);
}
