import { Worker } from "node:worker_threads";
import type { Reporter } from "../../reports/reporter.ts";
import type { WorkerLink } from "./buffered-sink.ts";
import type { Home } from "./homes.ts";
import { isFromWorker, type ToWorker, type WorkerStart } from "./worker-messages.ts";

export interface WorkerOptions {
  /** What a worker is started with, given what one before it has taken over. */
  readonly start: (adopted: readonly Home[], isFirst: boolean) => WorkerStart;
  readonly reporter: Reporter;
}

const firstPauseMs = 1_000;
const longestPauseMs = 60_000;
/** A worker that ran for that long was well. */
const wellMs = 300_000;
const episode = "log-worker";

/** The thread that ships; it never keeps the process alive, and is started again when it dies. */
export class WorkerHandle implements WorkerLink {
  readonly #options: WorkerOptions;
  readonly #adopted: Home[] = [];
  #worker: Worker | undefined;
  #pauseMs = firstPauseMs;
  #isClosing = false;
  #closed: (() => void) | undefined;

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#startWorker(true);
  }

  send(message: ToWorker, transfer: readonly ArrayBuffer[] = []): void {
    this.#worker?.postMessage(message, transfer);
  }

  async close(deadlineMs: number): Promise<void> {
    this.#isClosing = true;
    const worker = this.#worker;
    if (worker === undefined) return;
    worker.ref();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, deadlineMs);
      this.#closed = () => {
        clearTimeout(timer);
        resolve();
      };
      worker.postMessage({ kind: "close" } satisfies ToWorker);
    });
    // What a worker has not finished by then the next process takes up as after a crash.
    await worker.terminate();
  }

  #startWorker(isFirst: boolean): void {
    const startedAt = performance.now();
    try {
      const worker = new Worker(entry(), {
        workerData: this.#options.start(this.#adopted, isFirst),
        name: "log-worker",
        // No preloads of the application: its telemetry would start once more in here.
        execArgv: [],
        env: { ...process.env, NODE_OPTIONS: "" },
      });
      this.#worker = worker;
      worker.on("message", (message: unknown) => this.#receive(message));
      worker.on("error", (error) => this.#say(error));
      worker.on("exit", () => this.#exited(worker, performance.now() - startedAt));
      // After the listeners: one for messages holds the process again.
      worker.unref();
    } catch (error) {
      this.#say(error);
      this.#restart();
    }
  }

  #receive(message: unknown): void {
    if (!isFromWorker(message)) return;
    const { reporter } = this.#options;
    switch (message.kind) {
      case "begin":
        reporter.begin(message.key, message.message, message.fields);
        return;
      case "end":
        reporter.end(message.key, message.message, message.fields);
        return;
      case "adopted":
        this.#adopted.push(...message.homes);
        return;
      case "closed":
        this.#closed?.();
        return;
    }
  }

  #exited(worker: Worker, livedMs: number): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    this.#closed?.();
    if (this.#isClosing) return;
    if (livedMs > wellMs) this.#pauseMs = firstPauseMs;
    this.#restart();
  }

  #restart(): void {
    setTimeout(() => {
      if (!this.#isClosing) this.#startWorker(false);
    }, this.#pauseMs).unref();
    this.#pauseMs = Math.min(2 * this.#pauseMs, longestPauseMs);
  }

  #say(error: unknown): void {
    this.#options.reporter.begin(episode, "the thread that ships log records has died and is started again", {
      "error.message": String(error),
    });
  }
}

/** Sources and bundle both have it beside this file. */
function entry(): URL {
  return new URL(import.meta.url.endsWith(".ts") ? "./log-worker.ts" : "./log-worker.js", import.meta.url);
}
