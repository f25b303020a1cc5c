import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { call, retryAfter } from "../../../src/service/notify/http.ts";
import { failed, type Outcome, refused } from "../../../src/service/notify/outcome.ts";
import { budgetMs, withRetries } from "../../../src/service/notify/retry.ts";
import { answering, madeUpWorld } from "./setting.ts";

const never = new AbortController().signal;
const delivered: Outcome = { kind: "delivered" };

/** Tries with outcomes in turn, the last again and again; each call takes 100 ms. */
async function tried(...outcomes: readonly Outcome[]) {
  const world = madeUpWorld(answering().fetch);
  const begun = world.now();
  let calls = 0;
  const once = async (): Promise<Outcome> => {
    world.advance(100);
    return outcomes[Math.min(calls++, outcomes.length - 1)] ?? delivered;
  };
  const outcome = await withRetries(once, { deadline: begun + budgetMs, signal: never }, world);
  return { outcome, calls, slept: world.slept, tookMs: world.now() - begun };
}

describe("a failed call", () => {
  test("is repeated after waits that double up to a bound, until the time is up", async () => {
    const { outcome, calls, slept, tookMs } = await tried(failed("status 500"));
    expect(outcome).toEqual(failed("status 500"));
    expect(slept).toEqual([250, 500, 1000, 2000, 4000]);
    expect(calls).toBe(6);
    expect(tookMs).toBeLessThan(budgetMs);
  });

  test("is not repeated once it worked", async () => {
    expect(await tried(failed("status 500"), failed("status 502"), delivered)).toMatchObject({
      outcome: delivered,
      calls: 3,
    });
  });

  test("is not repeated when it was refused", async () => {
    expect(await tried(refused("status 403"))).toMatchObject({ outcome: refused("status 403"), calls: 1 });
  });

  test("is repeated when the gateway wants it, and not at all where that is too late", async () => {
    expect(await tried(failed("status 429", undefined, 3_000), delivered)).toMatchObject({ slept: [3_000], calls: 2 });
    const late = failed("status 429", undefined, 60_000);
    expect(await tried(late)).toMatchObject({ outcome: late, slept: [], calls: 1 });
  });

  test("is not repeated after the end of the service", async () => {
    const world = madeUpWorld(answering().fetch);
    const ended = new AbortController();
    let calls = 0;
    const once = async (): Promise<Outcome> => {
      calls++;
      ended.abort();
      return failed("broken off");
    };
    await withRetries(once, { deadline: world.now() + budgetMs, signal: ended.signal }, world);
    expect(calls).toBe(1);
  });

  test("never takes longer than the budget, whatever the gateway wants", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.option(fc.integer({ min: 0, max: 20_000 })), { minLength: 1, maxLength: 8 }),
        async (pauses) => {
          const { tookMs } = await tried(...pauses.map((pause) => failed("status 503", undefined, pause ?? undefined)));
          expect(tookMs).toBeLessThanOrEqual(budgetMs);
        },
      ),
    );
  });
});

test("Retry-After is seconds or a date, at most a quarter of an hour", () => {
  const now = Date.parse("2026-11-21T00:00:00Z");
  expect(retryAfter("7", now)).toBe(7_000);
  expect(retryAfter("Sat, 21 Nov 2026 00:00:30 GMT", now)).toBe(30_000);
  expect(retryAfter("Sat, 21 Nov 2026 00:00:00 GMT", now + 5_000)).toBe(0);
  expect(retryAfter("86400", now)).toBe(900_000);
  expect(retryAfter("soon", now)).toBeUndefined();
  expect(retryAfter(null, now)).toBeUndefined();
});

test("of an endless answer only the start is read", async () => {
  let pulled = 0;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      pulled += 1024;
      controller.enqueue(new Uint8Array(1024).fill(97));
    },
  });
  const world = madeUpWorld(answering(() => new Response(body)).fetch);
  const what = { address: new URL("https://x.example"), method: "POST", signal: never, conceal: String } as const;
  const answer = await call(world, what);
  expect("text" in answer ? answer.text.length : 0).toBe(64 * 1024);
  expect(pulled).toBeLessThan(80 * 1024);
});
