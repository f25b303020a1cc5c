import type { Family } from "../storage/family.ts";
import { createAnswers } from "./answers.ts";
import { createMerge } from "./merge.ts";
import { pack, sendParts, unpack } from "./messages.ts";
import { toWire } from "./wire.ts";

/** Longer than the primary waits for its workers, shorter than Prometheus for the answer. */
const wholeMs = 5_000;
/** For so long after its start a worker does not know yet whether there is a primary that answers. */
const helloMs = 1_000;

export interface ClusterPart {
  /**
   * What all processes say together; only this process where there are no others that say anything. Rejects where the
   * primary was there and does not answer: the counts of one process alone would look like a reset.
   */
  families(): Promise<readonly Family[]>;
  /** Whether another process answers scrapes for this one. */
  isServed(): Promise<boolean>;
}

/** A worker tells the primary its metrics, and has the whole from it when it is scraped itself. */
export function joinAsWorker(own: () => Promise<readonly Family[]>): ClusterPart {
  const answers = createAnswers();
  const { promise: known, resolve } = Promise.withResolvers<void>();
  let isWelcome = false;
  setTimeout(resolve, helloMs).unref();
  process.on("message", (received: unknown) => {
    const message = unpack(received);
    if (message === undefined) return;
    if (!isWelcome) send(pack({ topic: "hello" }));
    isWelcome = true;
    resolve();
    if (message.topic === "part") answers.take(message.id, message.part, message.isLast);
    if (message.topic === "tell") own().then((families) => sendParts(message.id, toWire(families), send), ignore);
  });
  process.on("disconnect", () => {
    isWelcome = false;
  });
  send(pack({ topic: "hello" }));
  return {
    async isServed() {
      await known;
      return isWelcome;
    },
    async families() {
      await known;
      if (!isWelcome) return own();
      const { id, parts } = answers.expect(wholeMs);
      send(pack({ topic: "whole", id }));
      const whole = await parts;
      if (whole === undefined) throw new Error("the primary of the cluster does not answer");
      const merge = createMerge();
      for (const part of whole) merge.add(part, "all");
      return merge.families();
    },
  };
}

function send(message: object): void {
  try {
    process.send?.(message, undefined, undefined, ignore);
  } catch {
    // The channel is closed: the process ends, or lives on alone.
  }
}

function ignore(): void {}
