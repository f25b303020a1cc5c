// Loaded into the process that a bench measures (`node --import`): says how long its event loop was held since the last
// time that it was asked with SIGUSR2, on stderr. Its own timer fires every millisecond, which is taken off.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { isMainThread } from "node:worker_threads";

const resolutionMs = 1;

if (isMainThread) {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  process.on("SIGUSR2", () => {
    const heldMs = Math.max(0, delay.max / 1e6 - resolutionMs);
    delay.reset();
    process.stderr.write(`held ${heldMs.toFixed(2)} ms\n`);
  });
}
