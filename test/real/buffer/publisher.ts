/** A thread that replaces the counts as fast as it can; each time they add up. */
import { workerData } from "node:worker_threads";
import { noCounts, WorkerSide } from "../../../packages/telemetry/src/logs/buffer/shared-counts.ts";

if (workerData instanceof SharedArrayBuffer) {
  const side = new WorkerSide(workerData);
  const counts = noCounts();
  const pause = new Int32Array(1);
  for (;;) {
    counts.seen += 7;
    counts.delivered += 3;
    counts.deadLettered += 1;
    counts.dropped.age += 1;
    counts.held += 2;
    side.publish(counts);
    // Without a pause nobody could ever read them.
    for (let turns = 0; turns < 2_000; turns++) Atomics.load(pause, 0);
  }
}
