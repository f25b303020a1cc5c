import { describe, expect, test } from "vitest";
import { createTell } from "../../../src/service/notify/bridge.ts";
import { createHealth } from "../../../src/service/notify/health.ts";
import { createMemory } from "../../../src/service/notify/memory.ts";
import { failed, type Outcome, refused } from "../../../src/service/notify/outcome.ts";
import type { Notification } from "../../../src/service/notify/payload.ts";
import { channels, model, receiver } from "../../render/platform.ts";
import { mysqlDown, notificationOf, recordingLog } from "./setting.ts";

const [, oncall] = receiver("oncall", channels.wecom, channels.sms, channels.email);
const delivered: Outcome = { kind: "delivered" };

/** A bridge to gateways that do as they are told. */
function start(behaviour: { sms: Outcome | Error; wecom: Outcome | Error }) {
  let now = 0;
  const told: string[] = [];
  const requests: string[] = [];
  const log = recordingLog();
  const events: string[] = [];
  const tell = createTell({
    deliver: async (_model, _receiver, { type }, { key }) => {
      told.push(`${type} ${key}`);
      await Promise.resolve();
      const outcome = type === "sms" ? behaviour.sms : behaviour.wecom;
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
    memory: createMemory(() => now),
    health: createHealth(log, () => now),
    undelivered: {
      failed: ({ channel }) => events.push(`${channel} failed`),
      refused: ({ channel }) => events.push(`${channel} refused`),
      delivered: ({ channel }) => events.push(`${channel} delivered`),
      partly: () => undefined,
      sweep: () => undefined,
      settled: () => Promise.resolve(),
    },
    metrics: {
      request: (name, outcome) => requests.push(`${name} ${outcome}`),
      duration: () => undefined,
      deadLetter: () => undefined,
    },
    log,
    now: () => now,
  });
  const send = async (notification: Notification = mysqlDown) => {
    told.length = 0;
    const { channels: all, acknowledged } = await tell(model, oncall, notification);
    const good = all.every(({ outcome }) => outcome.kind === "delivered");
    if (good) acknowledged();
    return { good, told: told.map((line) => line.split(" ")[0]) };
  };
  const wait = (ms: number): void => {
    now += ms;
  };
  return { send, tell, behaviour, requests, log, events, wait };
}

describe("a notification for several channels", () => {
  test("goes to each that Alertmanager cannot speak itself", async () => {
    const { send, requests } = start({ sms: delivered, wecom: delivered });
    expect(await send()).toEqual({ good: true, told: ["wecom", "sms"] });
    expect(requests).toEqual(["oncall delivered"]);
  });

  test("is not told twice where one channel has delivered and another has not", async () => {
    const { send, behaviour, requests } = start({ sms: failed("status 503"), wecom: delivered });
    expect(await send()).toEqual({ good: false, told: ["wecom", "sms"] });
    expect(await send()).toEqual({ good: false, told: ["sms"] });
    behaviour.sms = delivered;
    expect(await send()).toEqual({ good: true, told: ["sms"] });
    expect(requests).toEqual(["oncall failed", "oncall failed", "oncall delivered"]);
  });

  test("is told again when Alertmanager repeats what it knows to be delivered", async () => {
    const { send } = start({ sms: delivered, wecom: delivered });
    await send();
    expect(await send()).toEqual({ good: true, told: ["wecom", "sms"] });
  });

  test("is not told again where Alertmanager has not heard of the success", async () => {
    const { send, tell } = start({ sms: delivered, wecom: delivered });
    await tell(model, oncall, mysqlDown);
    expect(await send()).toEqual({ good: true, told: [] });
    expect(await send()).toEqual({ good: true, told: ["wecom", "sms"] });
  });

  test("is another one as soon as an alert joins, ends or begins anew", async () => {
    const { send } = start({ sms: failed("status 503"), wecom: delivered });
    const alert = { labels: { host: "db1" } };
    for (const alerts of [
      [alert],
      [alert, { labels: { host: "db2" } }],
      [{ ...alert, status: "resolved" as const }],
      [{ ...alert, startsAt: "2026-11-20T20:00:00Z" }],
    ])
      expect(await send(notificationOf(alerts))).toEqual({ good: false, told: ["wecom", "sms"] });
  });

  test("is one delivery when it comes twice at once", async () => {
    const { tell, events } = start({ sms: delivered, wecom: delivered });
    await Promise.all([tell(model, oncall, mysqlDown), tell(model, oncall, mysqlDown)]);
    expect(events).toEqual(["wecom delivered", "sms delivered"]);
  });

  test("is told again after an hour where another channel still fails", async () => {
    const { send, wait } = start({ sms: failed("status 503"), wecom: delivered });
    await send();
    wait(3_600_000);
    expect((await send()).told).toEqual(["wecom", "sms"]);
  });

  test("that a gateway refuses is not put to it again while Alertmanager only tries for the other one", async () => {
    const { send, wait } = start({ sms: failed("status 503"), wecom: refused("errcode 40001") });
    await send();
    expect((await send()).told).toEqual(["sms"]);
    wait(45_000);
    expect((await send()).told).toEqual(["wecom", "sms"]);
  });

  test("that is a sign of life goes through each time", async () => {
    const { send } = start({ sms: failed("status 503"), wecom: delivered });
    const heartbeat = notificationOf([{ labels: { alertname: "Watchdog", severity: "none" } }]);
    await send(heartbeat);
    expect((await send(heartbeat)).told).toEqual(["wecom", "sms"]);
  });

  test("has failed where the bridge itself has a fault", async () => {
    const { send, log } = start({ sms: new TypeError("undefined is not a function"), wecom: delivered });
    expect((await send()).good).toBe(false);
    expect(log.lines).toContainEqual(expect.objectContaining({ message: "notification bridge has a fault" }));
  });
});

test("a failing channel is logged when it begins, when it has a new reason, and when it ends", async () => {
  const { send, behaviour, log, wait } = start({ sms: failed("status 503"), wecom: delivered });
  await send();
  wait(10_000);
  await send();
  behaviour.sms = failed("no answer in time");
  await send();
  behaviour.sms = failed("status 503");
  await send();
  wait(50_000);
  behaviour.sms = delivered;
  await send();
  expect(
    log.lines.map(
      ({ level, message, fields }) => `${level} ${message}: ${fields["reason"] ?? fields["failedForSeconds"]}`,
    ),
  ).toEqual([
    "warn notification channel fails: status 503",
    "warn notification channel fails: no answer in time",
    "info notification channel works again: 60",
  ]);
});
