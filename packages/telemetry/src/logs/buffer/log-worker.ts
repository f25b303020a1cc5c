import { parentPort, workerData } from "node:worker_threads";
import type { Reporter } from "../../reports/reporter.ts";
import { createDelivery } from "../delivery/delivery.ts";
import { createChunkEngine, createFileEngine, type Engine } from "./engine.ts";
import { machineFiles } from "./file-layer.ts";
import { realProcesses } from "./homes.ts";
import { WorkerSide } from "./shared-counts.ts";
import { type FromWorker, isToWorker, isWorkerStart, type WorkerStart } from "./worker-messages.ts";

/** Between two looks at what has been appended, in milliseconds: a line is synced within 50. */
const lookEveryMs = 20;
/** Quiet looks after which the worker sleeps until it is woken. */
const quietLooks = 10;
/** Asleep it still looks after age, owners and what could not be read. */
const asleepMs = 5_000;

/** Entry of the thread that ships log records. */
if (parentPort !== null && isWorkerStart(workerData)) run(workerData, parentPort);

function run(start: WorkerStart, port: NonNullable<typeof parentPort>): void {
  const tell = (message: FromWorker): void => port.postMessage(message);
  const reporter: Reporter = {
    begin: (key, message, fields = {}) => tell({ kind: "begin", key, message, fields }),
    end: (key, message, fields = {}) => tell({ kind: "end", key, message, fields }),
  };
  const shared = new WorkerSide(start.memory, start.before);
  const delivery = createDelivery(start.delivery, reporter);
  const options = { settings: start.settings, shared, delivery, reporter, landed: () => void setImmediate(look) };
  const chunks = start.kind === "fast" ? createChunkEngine(options, start.home.epoch) : undefined;
  const engine: Engine =
    chunks ??
    createFileEngine(
      {
        ...options,
        ...{ files: machineFiles, home: start.home, processes: realProcesses() },
        taken: start.before === undefined ? undefined : start.adopted,
        adopted: (homes) => tell({ kind: "adopted", homes }),
      },
      Date.now(),
    );

  let timer: NodeJS.Timeout | undefined;
  let hurryUntilMs = 0;
  let quiet = 0;
  let isClosing = false;

  function look(): void {
    if (isClosing) return;
    clearTimeout(timer);
    const nowMs = Date.now();
    let isBusy = true;
    try {
      isBusy = engine.turn(nowMs, nowMs < hurryUntilMs);
      reporter.end("log-buffer", "the log buffer works again");
    } catch (error) {
      reporter.begin("log-buffer", "the log buffer cannot be worked on", { "error.message": String(error) });
    }
    quiet = isBusy ? 0 : quiet + 1;
    const isAsleep = quiet > quietLooks && shared.sleep();
    timer = setTimeout(look, isAsleep ? asleepMs : lookEveryMs);
  }

  async function close(): Promise<void> {
    isClosing = true;
    clearTimeout(timer);
    try {
      await engine.stop(Date.now());
    } catch (error) {
      reporter.begin("log-buffer", "the log buffer cannot be worked on", { "error.message": String(error) });
    }
    await delivery.close();
    tell({ kind: "closed" });
    port.close();
  }

  port.on("message", (message: unknown) => {
    if (!isToWorker(message)) return;
    quiet = 0;
    switch (message.kind) {
      case "wake":
        return look();
      case "chunk":
        chunks?.add(message.chunk, Date.now());
        // Asleep it would not look for seconds.
        return look();
      case "hurry":
        hurryUntilMs = message.untilMs;
        return look();
      case "close":
        return void close();
    }
  });
  look();
}
