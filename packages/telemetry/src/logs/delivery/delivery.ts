import type { Reporter } from "../../reports/reporter.ts";
import type { Delivery } from "../batch.ts";
import { createDeadLetters } from "./dead-letters.ts";
import { createDestinations } from "./destinations.ts";
import { createFatesOf } from "./fates.ts";
import { type DeliveryOptions, defaultLimits } from "./options.ts";
import { createSecrets, type Secrets } from "./secrets.ts";
import { createShipper } from "./shipment.ts";
import { createTransport } from "./transport.ts";

/**
 * Sends records to a data stream of Elasticsearch 8 or 9, or of what understands the same bulk requests. Invariants:
 *
 * 1. A record is settled once, when the store has confirmed it or the dead-letter file holds it.
 * 2. Only what the store says about a single record makes a dead letter; an answer to a whole request never does,
 *    unless the store takes other records.
 * 3. Each pause is bounded and random; `Retry-After` makes it longer.
 * 4. Memory is bounded by one request for each call of `send`.
 * 5. No message holds a secret.
 *
 * Throws where an address is none.
 */
export function createDelivery(options: DeliveryOptions, reporter: Reporter): Delivery {
  const limits = { ...defaultLimits, ...options.limits };
  const secrets = createSecrets(options, reporter);
  const redacted = redacting(reporter, secrets);
  const { dataStream, deadLetterFile } = options;
  const transport = createTransport({ dataStream, limits, secrets });
  const ship = createShipper({
    dataStream,
    limits,
    transport,
    destinations: createDestinations(
      options.urls.map((url) => new URL(url)),
      limits,
      redacted,
    ),
    fates: createFatesOf({
      dataStream,
      limits,
      deadLetterFile,
      deadLetters: createDeadLetters({ path: deadLetterFile, maxBytes: limits.maxDeadLetterBytes }, reporter),
      reporter: redacted,
    }),
  });
  const closed = new AbortController();
  return {
    async send(batch, settle, signal) {
      const stop = new AbortController();
      const abort = (): void => stop.abort();
      signal.addEventListener("abort", abort);
      closed.signal.addEventListener("abort", abort);
      if (signal.aborted || closed.signal.aborted) abort();
      try {
        await ship({ batch, settle, signal: stop.signal });
      } finally {
        signal.removeEventListener("abort", abort);
        closed.signal.removeEventListener("abort", abort);
      }
    },
    async close() {
      closed.abort();
      transport.close();
    },
  };
}

/** Says nothing that a secret file holds. */
function redacting(reporter: Reporter, secrets: Secrets): Reporter {
  return {
    begin(key, message, fields = {}) {
      const safe = Object.entries(fields).map(([name, value]) => [
        name,
        typeof value === "string" ? secrets.redact(value) : value,
      ]);
      reporter.begin(key, message, Object.fromEntries(safe));
    },
    end: (key, message, fields) => reporter.end(key, message, fields),
  };
}
