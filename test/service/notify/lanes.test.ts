import { describe, expect, test, vi } from "vitest";
import type { Gateway } from "../../../src/service/notify/channels/gateway.ts";
import { createLanes } from "../../../src/service/notify/lanes.ts";
import { failed, type Outcome, refused } from "../../../src/service/notify/outcome.ts";
import { budgetMs } from "../../../src/service/notify/retry.ts";
import { answering, madeUpWorld, notificationOf } from "./setting.ts";

const pace = { burst: 10, everyMs: 6_000 };
const never = new AbortController().signal;

/** A robot that answers by a rule and remembers when it was told which groups. */
function robot(
  world: ReturnType<typeof madeUpWorld>,
  rule: (groups: readonly string[]) => Outcome = () => ({ kind: "delivered" }),
) {
  const told: { readonly at: number; readonly groups: readonly string[] }[] = [];
  const gateway: Gateway = {
    lane: "robot",
    pace,
    send: async (notifications) => {
      const groups = notifications.map(({ groupKey }) => groupKey);
      told.push({ at: world.now(), groups });
      await Promise.resolve();
      return rule(groups);
    },
  };
  return { gateway, told };
}

const group = (name: number | string) => notificationOf([{}], String(name));

describe("messages to a robot", () => {
  test("go one by one and in order; what waits meanwhile goes together", async () => {
    const world = madeUpWorld(answering().fetch);
    const { gateway, told } = robot(world);
    const lanes = createLanes(world, never);
    const deadline = world.now() + budgetMs;
    const submit = (name: number) => lanes.submit(gateway, pace, { notification: group(name), deadline });
    const first = submit(1);
    await vi.waitUntil(() => told.length === 1);
    const outcomes = await Promise.all([first, ...[2, 3, 4].map(submit)]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(["delivered", "delivered", "delivered", "delivered"]);
    expect(told.map(({ groups }) => groups)).toEqual([["1"], ["2", "3", "4"]]);
  });

  test("are never more than 20 in a minute, and none waits longer than Alertmanager's patience", async () => {
    const world = madeUpWorld(answering().fetch);
    const { gateway, told } = robot(world);
    const lanes = createLanes(world, never);
    let late = 0;
    const groups = 100;
    for (let name = 0; name < groups; name++) {
      const begun = world.now();
      const outcome = await lanes.submit(gateway, pace, { notification: group(name), deadline: begun + budgetMs });
      expect(outcome.kind).toBe("delivered");
      if (world.now() - begun > budgetMs) late++;
    }
    expect(late).toBe(0);
    expect(told.flatMap((each) => each.groups)).toHaveLength(groups);
    for (const { at } of told)
      expect(told.filter((other) => other.at >= at && other.at < at + 60_000).length).toBeLessThanOrEqual(20);
  });

  test("that are refused together go alone, so that one does not take the others with it", async () => {
    const world = madeUpWorld(answering().fetch);
    const { gateway, told } = robot(world, (groups) =>
      groups.includes("bad") ? refused("errcode 430102") : { kind: "delivered" },
    );
    const lanes = createLanes(world, never);
    const deadline = world.now() + budgetMs;
    const outcomes = await Promise.all(
      ["good", "bad", "fine"].map((name) => lanes.submit(gateway, pace, { notification: group(name), deadline })),
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual(["delivered", "refused", "delivered"]);
    expect(told.map(({ groups }) => groups.join())).toEqual(["good,bad,fine", "good", "bad", "fine"]);
  });

  test("have failed where the bridge has a fault, and the next ones still go", async () => {
    const world = madeUpWorld(answering().fetch);
    let broken = true;
    const { gateway } = robot(world, () => {
      if (broken) throw new TypeError("undefined is not a function");
      return { kind: "delivered" };
    });
    const lanes = createLanes(world, never);
    const submit = () => lanes.submit(gateway, pace, { notification: group(1), deadline: world.now() + budgetMs });
    expect(await submit()).toEqual(failed("a fault of the bridge", "TypeError"));
    broken = false;
    expect(await submit()).toEqual({ kind: "delivered" });
  });

  test("fail in time where the robot always fails, and the next ones still go", async () => {
    const world = madeUpWorld(answering().fetch);
    let works = false;
    const { gateway } = robot(world, () => (works ? { kind: "delivered" } : failed("errcode -1")));
    const lanes = createLanes(world, never);
    const begun = world.now();
    const outcome = await lanes.submit(gateway, pace, { notification: group(1), deadline: begun + budgetMs });
    expect(outcome).toEqual(failed("errcode -1"));
    expect(world.now() - begun).toBeLessThanOrEqual(budgetMs);
    works = true;
    expect(await lanes.submit(gateway, pace, { notification: group(2), deadline: world.now() + budgetMs })).toEqual({
      kind: "delivered",
    });
  });
});
