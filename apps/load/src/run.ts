import { setTimeout as sleep } from "node:timers/promises";
import { runArrivals } from "./arrivals.ts";
import { busyness, timeOfWeek, weekendFactor } from "./day.ts";
import type { Options } from "./options.ts";
import { createRequests } from "./requests.ts";
import { createResults, type Results } from "./results.ts";
import { visit } from "./user.ts";
import { createWatch } from "./watch.ts";

/** How long those who are still there at the end may go on. */
const finishMs = 5000;

/** Runs until the time is over or the signal comes, and then gives what was counted. */
export async function run(options: Options, stop: AbortSignal): Promise<Results> {
  const { target, live, rate, dayMs, seconds, concurrency, startHour, startWeekday } = options;
  const results = createResults();
  const over = new AbortController();
  const signal = AbortSignal.any([stop, over.signal]);
  const user = {
    requests: createRequests({ target, results, signal }),
    watch: createWatch({ live, results, signal }),
    signal,
  };
  const present = new Set<Promise<void>>();

  await runArrivals({
    rateAt: (elapsed) =>
      dayMs === undefined ? rate : rate * busyness(timeOfWeek(elapsed, { dayMs, startHour, startWeekday })),
    mostPerSecond: dayMs === undefined ? rate : rate * weekendFactor,
    durationMs: seconds * 1000,
    signal: stop,
    arrive(planned) {
      results.users.arrived += 1;
      if (present.size >= concurrency) {
        results.users.turnedAway += 1;
        return;
      }
      const visiting = visit(user, planned).then((finished) => {
        present.delete(visiting);
        if (finished) results.users.finished += 1;
        else if (!signal.aborted) results.users.failed += 1;
      });
      present.add(visiting);
    },
  });
  await Promise.race([Promise.all(present), sleep(finishMs, undefined, { signal }).catch(() => undefined)]);
  over.abort();
  await Promise.all(present);
  return results;
}
