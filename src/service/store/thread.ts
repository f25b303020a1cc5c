import { Worker } from "node:worker_threads";
import type { Answered, Operation, Operations, ThreadSetting, Told } from "./protocol.ts";
import { Refusal } from "./refusal.ts";

/** What a request was not answered for; `overloaded`: too much waits already. */
export class NotAnswered extends Error {
  override readonly name = "NotAnswered";
  readonly because: "overloaded" | "unavailable" | "failed";

  constructor(because: NotAnswered["because"], message: string) {
    super(message);
    this.because = because;
  }
}

/** A thread that is started when it is first asked, and again after it died. */
export interface Thread {
  /** Rejects with `NotAnswered`, or with `Refusal` where it is the sender's doing. */
  readonly ask: <Kind extends Operation>(
    kind: Kind,
    input: Operations[Kind]["input"],
    transfer?: readonly ArrayBuffer[],
  ) => Promise<Operations[Kind]["output"]>;
  readonly waiting: () => number;
  readonly isStarted: () => boolean;
  /** Lets it begin anew with the next question. */
  readonly restart: () => void;
  /** Closes the database; then the thread ends. */
  readonly end: () => Promise<void>;
}

export interface ThreadOptions {
  readonly script: URL;
  readonly setting: ThreadSetting;
  readonly maxWaiting: number;
  readonly told: (told: Told) => void;
  readonly failed: (message: string, stack: string | undefined) => void;
}

/** A body of the largest size takes some hundred MiB while it is read. */
const limitMiB = 768;
const endMs = 5_000;

interface Question {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

export function createThread({ script, setting, maxWaiting, told, failed }: ThreadOptions): Thread {
  const waiting = new Map<number, Question>();
  let worker: Worker | undefined;
  let last = 0;

  const start = (): Worker => {
    const started = new Worker(script, {
      name: `store-${setting.role}`,
      workerData: setting,
      resourceLimits: { maxOldGenerationSizeMb: limitMiB },
    });
    started.unref();
    started.on("message", (message: Answered | Told) => {
      if ("id" in message) settle(message);
      else told(message);
    });
    const fail = (message: string): void => {
      if (worker !== started) return;
      worker = undefined;
      for (const { reject } of waiting.values()) reject(new NotAnswered("unavailable", message));
      waiting.clear();
    };
    started.on("error", (error) => {
      failed(error.message, error.stack);
      fail(`the thread of the store ended: ${error.message}`);
    });
    started.on("exit", () => fail("the thread of the store ended"));
    return started;
  };
  const settle = (answer: Answered): void => {
    const question = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (question === undefined) return;
    switch (answer.type) {
      case "result":
        question.resolve(answer.result);
        break;
      case "refused":
        question.reject(new Refusal(answer.status, answer.message));
        break;
      case "unavailable":
        question.reject(new NotAnswered("unavailable", answer.message));
        break;
      case "failed":
        failed(answer.message, answer.stack);
        question.reject(new NotAnswered("failed", "this failed; the log says why"));
        break;
    }
  };
  return {
    ask: (kind, input, transfer = []) => {
      if (waiting.size >= maxWaiting) return Promise.reject(new NotAnswered("overloaded", "too many requests wait"));
      worker ??= start();
      const asked = worker;
      const id = ++last;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        asked.postMessage({ id, kind, input }, [...transfer]);
      });
    },
    waiting: () => waiting.size,
    isStarted: () => worker !== undefined,
    restart: () => {
      const old = worker;
      worker = undefined;
      for (const { reject } of waiting.values()) reject(new NotAnswered("unavailable", "the database was replaced"));
      waiting.clear();
      void old?.terminate();
    },
    end: async () => {
      const ending = worker;
      if (ending === undefined) return;
      const ended = new Promise((resolve) => ending.once("exit", resolve));
      ending.postMessage({ id: ++last, kind: "close", input: undefined });
      const closed = new Promise<void>((resolve) => {
        waiting.set(last, { resolve: () => resolve(), reject: () => resolve() });
      });
      const late = new Promise((resolve) => setTimeout(resolve, endMs).unref());
      await Promise.race([closed, ended, late]);
      worker = undefined;
      // A thread that the file system holds cannot be ended; the end of the service must not wait for it.
      await Promise.race([ending.terminate(), late]);
    },
  };
}
