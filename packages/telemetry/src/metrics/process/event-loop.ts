import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Aggregation, Meter } from "../instruments.ts";

type Delay = ReturnType<typeof monitorEventLoopDelay>;

const resolutionMs = 10;
/** A scrape sees at least so much of the past, however many scrapers there are. */
const windowMs = 15_000;

/**
 * Delay of the event loop over the last 15 to 30 s. Two measurements run side by side and begin anew in turn, so that a
 * scrape takes nothing away from another scraper's.
 */
export function observeEventLoop(meter: Meter): void {
  const [first, second] = [monitor(), monitor()];
  let [older, newer] = [first, second];
  let turnedMs = performance.now();
  const current = (): Delay => {
    if (performance.now() - turnedMs >= windowMs) {
      older.reset();
      [older, newer] = [newer, older];
      turnedMs = performance.now();
    }
    return older;
  };
  let lastSeconds = 0;
  meter.observed({
    name: "nodejs_eventloop_lag_seconds",
    help: "Time that the event loop took for one turn when the metrics were last read.",
    type: "gauge",
    aggregation: "average",
    read() {
      const begun = performance.now();
      setImmediate(() => {
        lastSeconds = (performance.now() - begun) / 1000;
      });
      return lastSeconds;
    },
  });
  const gauge = (name: string, help: string, aggregation: Aggregation, read: (delay: Delay) => number): void =>
    meter.observed({ name, help, type: "gauge", aggregation, read: () => secondsOf(read(current())) });
  gauge("nodejs_eventloop_lag_min_seconds", "Least delay of the event loop.", "min", ({ min }) => min);
  gauge("nodejs_eventloop_lag_max_seconds", "Longest delay of the event loop.", "max", ({ max }) => max);
  gauge("nodejs_eventloop_lag_mean_seconds", "Mean delay of the event loop.", "average", ({ mean }) => mean);
  gauge("nodejs_eventloop_lag_stddev_seconds", "Standard deviation of the delay.", "average", ({ stddev }) => stddev);
  for (const percent of [50, 90, 99])
    gauge(`nodejs_eventloop_lag_p${percent}_seconds`, `Percentile ${percent} of the delay.`, "max", (delay) =>
      delay.percentile(percent),
    );
}

function monitor(): Delay {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  return delay;
}

/** Nothing was measured yet: no delay. */
function secondsOf(nanoseconds: number): number {
  return Number.isFinite(nanoseconds) && nanoseconds < 1e15 ? nanoseconds / 1e9 : 0;
}
