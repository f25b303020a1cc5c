import { Registry } from "prom-client";
import { expect, test } from "vitest";
import type { Model } from "../../../src/model/model.ts";
import { namesLoopback } from "../../../src/service/notify/loopback.ts";
import { createNotifyMetrics } from "../../../src/service/notify/metrics.ts";
import { alerting, channels, model, receiver } from "../../render/platform.ts";

async function seriesOf(registry: Registry): Promise<readonly string[]> {
  const text = await registry.metrics();
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#") && !line.includes("_bucket"));
}

test("every bridged receiver begins at 0, and a receiver that the inventory does not know makes no series", async () => {
  const registry = new Registry();
  const metrics = createNotifyMetrics(registry, () => model);
  metrics.request("stranger", "refused");
  metrics.duration("mail", 1);
  metrics.deadLetter("stranger");
  metrics.request("oncall", "delivered");
  expect(await seriesOf(registry)).toEqual([
    'stackwright_notify_requests_total{receiver="oncall",outcome="delivered"} 1',
    'stackwright_notify_requests_total{receiver="oncall",outcome="failed"} 0',
    'stackwright_notify_requests_total{receiver="oncall",outcome="refused"} 0',
    'stackwright_notify_requests_total{receiver="deadman",outcome="delivered"} 0',
    'stackwright_notify_requests_total{receiver="deadman",outcome="failed"} 0',
    'stackwright_notify_requests_total{receiver="deadman",outcome="refused"} 0',
    'stackwright_notify_duration_seconds_sum{receiver="oncall"} 0',
    'stackwright_notify_duration_seconds_count{receiver="oncall"} 0',
    'stackwright_notify_duration_seconds_sum{receiver="deadman"} 0',
    'stackwright_notify_duration_seconds_count{receiver="deadman"} 0',
    'stackwright_notify_dead_letters_total{receiver="oncall"} 0',
    'stackwright_notify_dead_letters_total{receiver="deadman"} 0',
  ]);
});

test("a new inventory brings its receivers at 0, keeps what was counted, and takes the series of those that are gone", async () => {
  const registry = new Registry();
  let current: Model = model;
  const metrics = createNotifyMetrics(registry, () => current);
  metrics.request("oncall", "failed");
  metrics.request("deadman", "failed");
  const receivers = new Map([receiver("oncall", channels.sms), receiver("night", channels.wecom)]);
  current = { ...model, alerting: { ...alerting, receivers } };
  const series = await seriesOf(registry);
  expect(series).toContain('stackwright_notify_requests_total{receiver="oncall",outcome="failed"} 1');
  expect(series).toContain('stackwright_notify_requests_total{receiver="night",outcome="failed"} 0');
  expect(series.join()).not.toContain("deadman");
  current = { ...model, alerting: undefined };
  expect(await seriesOf(registry)).toEqual([]);
});

test("loopback is named by its addresses and localhost, and by no other name", () => {
  for (const host of ["127.0.0.1:9740", "127.9.9.9", "localhost:9740", "LOCALHOST", "[::1]:9740"])
    expect(namesLoopback(host), host).toBe(true);
  for (const host of [
    "evil.example:9740",
    "127.0.0.1.evil.example",
    "203.0.113.71:9740",
    "",
    undefined,
    "localhost.evil.example",
  ])
    expect(namesLoopback(host), host).toBe(false);
});
