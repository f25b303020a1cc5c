import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { runArrivals } from "../../apps/load/src/arrivals.ts";
import { busyness, timeOfWeek } from "../../apps/load/src/day.ts";
import { createLatencies } from "../../apps/load/src/latencies.ts";
import { readOptions } from "../../apps/load/src/options.ts";
import { run } from "../../apps/load/src/run.ts";
import { listen, type Serving } from "./serving.ts";

let serving: Serving | undefined;
afterEach(async () => {
  await serving?.close();
  serving = undefined;
});

describe("the day curve", () => {
  const minutes = Array.from({ length: 24 * 60 }, (_, minute) => minute);
  const weekday = minutes.map((minute) => busyness({ hour: minute / 60, weekday: 3 }));
  const at = (minute: number): number => weekday[(minute + weekday.length) % weekday.length] ?? 0;

  it("has two peaks, at noon and a higher one in the evening", () => {
    // A plateau counts once: at its first minute.
    const peaks = minutes.filter((minute) => {
      let after = minute;
      while (at(after + 1) === at(minute) && after < minute + 200) after += 1;
      return at(minute - 1) < at(minute) && at(after + 1) < at(minute);
    });
    expect(peaks.map((minute) => Math.round(minute / 60))).toEqual([
      12,
      expect.toSatisfy((hour) => hour === 18 || hour === 19),
    ]);
    expect(at(18.75 * 60)).toBeGreaterThan(at(12 * 60));
  });

  it("is never above the full rate on a weekday and reaches it, and is low at night", () => {
    expect(Math.max(...weekday)).toBeLessThanOrEqual(1);
    expect(Math.max(...weekday)).toBeGreaterThan(0.97);
    expect(at(4 * 60)).toBeGreaterThan(0);
    expect(at(4 * 60)).toBeLessThan(0.15);
  });

  it("is a quarter higher at the weekend", () => {
    for (const hour of [3, 12, 19])
      expect(busyness({ hour, weekday: 6 })).toBeCloseTo(1.25 * busyness({ hour, weekday: 5 }));
  });

  it("passes in the time that was asked for, from day to day", () => {
    const day = { dayMs: 600_000, startHour: 9, startWeekday: 7 };
    expect(timeOfWeek(0, day)).toEqual({ hour: 9, weekday: 7 });
    expect(timeOfWeek(75_000, day)).toEqual({ hour: 12, weekday: 7 });
    expect(timeOfWeek(400_000, day)).toEqual({ hour: 1, weekday: 1 });
  });
});

describe("arrivals", () => {
  it("come at the asked rate, whatever the rate does and however long an answer takes", async () => {
    const planned: number[] = [];
    const start = performance.now();
    await runArrivals({
      rateAt: (elapsed) => (elapsed < 500 ? 400 : 100),
      mostPerSecond: 400,
      durationMs: 1000,
      arrive: (at) => void planned.push(at - start),
      signal: new AbortController().signal,
    });
    // 200 and 50 on the average; five standard deviations either side.
    const early = planned.filter((at) => at < 500).length;
    expect(early).toBeGreaterThan(129);
    expect(early).toBeLessThan(271);
    expect(planned.length - early).toBeGreaterThan(14);
    expect(planned.length - early).toBeLessThan(86);
    expect(planned).toEqual(planned.toSorted((a, b) => a - b));
  });

  it("stop at once when they are told to", async () => {
    const stop = new AbortController();
    let count = 0;
    await runArrivals({
      rateAt: () => 100,
      mostPerSecond: 100,
      durationMs: 3_600_000,
      arrive: () => {
        count += 1;
        if (count === 3) stop.abort();
      },
      signal: stop.signal,
    });
    expect(count).toBe(3);
  });
});

describe("latencies", () => {
  it("give quantiles that are at most 2% too high and never too low", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.02, max: 600_000, noNaN: true }), { minLength: 1, maxLength: 200 }),
        fc.constantFrom(0.01, 0.5, 0.9, 0.99, 1),
        (values, share) => {
          const latencies = createLatencies();
          for (const value of values) latencies.add(value);
          const exact = values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(share * values.length) - 1)] ?? 0;
          const found = latencies.quantile(share) ?? 0;
          return found >= exact * 0.999_999 && found <= exact * 1.0201;
        },
      ),
    );
  });

  it("have no quantile without a value", () => {
    expect(createLatencies().quantile(0.5)).toBeUndefined();
  });
});

describe("the options of the load generator", () => {
  const wednesday = new Date(2026, 10, 18, 11, 30);
  const read = (...args: readonly string[]) => readOptions(args, wednesday);

  it("begin now, and let a day be a day", () => {
    expect(read()).toEqual({
      target: new URL("http://127.0.0.1:3000"),
      live: new URL("http://127.0.0.1:3000"),
      rate: 5,
      seconds: 60,
      dayMs: 86_400_000,
      startHour: 11.5,
      startWeekday: 3,
      concurrency: 500,
    });
  });

  it("take a day of ten minutes, and none at all", () => {
    expect(read("--day", "10m", "--start", "09:15")).toMatchObject({ dayMs: 600_000, startHour: 9.25 });
    expect(read("--day", "flat")).toMatchObject({ dayMs: undefined });
  });

  it.each([
    [["--rate", "fast"], '--rate "fast" is not a number from 0.01 to 500'],
    [["--seconds", "0"], '--seconds "0" is not a number from 1 to 86400'],
    [["--seconds", "1e9"], '--seconds "1e9" is not a number from 1 to 86400'],
    [["--day", "10"], '--day "10" is not a duration; write 30s, 10m, 24h or flat'],
    [["--start", "25:00"], '--start "25:00" is not a time of day; write it like 11:30'],
    [
      ["--target", "localhost:3000"],
      '--target "localhost:3000" is not an address; write it like http://127.0.0.1:3000',
    ],
    [["--users", "5"], "Unknown option '--users'"],
  ])("refuse %j and say how to write it", (args, problem) => {
    expect(read(...args)).toEqual({ problem: expect.stringContaining(problem) });
  });
});

describe("a run", () => {
  const options = {
    rate: 200,
    seconds: 1,
    dayMs: undefined,
    startHour: 12,
    startWeekday: 1,
  };

  it("starts no more users at once than it may, and counts the others", async () => {
    let open = 0;
    let most = 0;
    serving = await listen((_request, response) => {
      open += 1;
      most = Math.max(most, open);
      response.on("close", () => {
        open -= 1;
      });
    });
    const target = new URL(serving.url);
    const stop = new AbortController();
    const running = run({ ...options, target, live: target, concurrency: 7 }, stop.signal);
    setTimeout(() => stop.abort(), 800);
    const { users } = await running;
    expect(most).toBe(7);
    expect(users.arrived).toBe(users.turnedAway + 7);
    // Broken off by us: nobody's fault.
    expect(users.failed).toBe(0);
  });

  it("counts errors by what they were, and its users leave", async () => {
    serving = await listen((_request, response) => void response.writeHead(503).end("{}"));
    const target = new URL(serving.url);
    const results = await run({ ...options, target, live: target, concurrency: 500 }, new AbortController().signal);
    expect(results.users.finished).toBe(0);
    expect(results.users.failed).toBe(results.users.arrived);
    expect(results.print(1)).toContain(`${results.users.arrived} × status 503`);
  });
});
