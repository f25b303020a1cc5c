import { Worker } from "node:worker_threads";
import type { Snapshot } from "./snapshot.ts";

/** What the reading thread says. */
export type Reply =
  | { readonly type: "snapshot"; readonly snapshot: Snapshot }
  | { readonly type: "unreadable"; readonly reason: string };

/** Reads and judges an inventory. Rejects where that itself breaks: a bug, or not enough memory or time. */
export type InventoryReader = (file: string) => Promise<Reply>;

/** Beyond these something is wrong: 1,000 hosts take two seconds and 300 MiB. */
const limitMs = 120_000;
const limitMiB = 2_048;

/** A reader, and what ends its threads. */
export interface ThreadReader {
  readonly read: InventoryReader;
  readonly end: () => void;
}

/** Reads each time in a thread of its own, which ends afterwards and gives its memory back. */
export function threadReader(script: URL): ThreadReader {
  const running = new Set<Worker>();
  const read: InventoryReader = (file) =>
    new Promise((resolve, reject) => {
      const worker = new Worker(script, {
        workerData: file,
        name: "inventory",
        resourceLimits: { maxOldGenerationSizeMb: limitMiB },
      });
      running.add(worker);
      const timer = setTimeout(() => {
        reject(new Error(`reading the inventory took longer than ${limitMs / 1000} s`));
        void worker.terminate();
      }, limitMs);
      worker.once("message", (reply: Reply) => resolve(reply));
      worker.once("error", reject);
      worker.once("exit", (code) => {
        running.delete(worker);
        clearTimeout(timer);
        reject(new Error(`the thread that reads the inventory ended with ${code}`));
      });
    });
  return {
    read,
    end: () => {
      for (const worker of running) void worker.terminate();
    },
  };
}
