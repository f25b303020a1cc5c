import type { AlertTemplate } from "../../signals/alert.ts";

const notify = (outcome: string): string => `stackwright_notify_requests_total{receiver="oncall",outcome="${outcome}"}`;

export const alerts: readonly AlertTemplate[] = [
  {
    name: "StackwrightDown",
    expr: 'up{job="stackwright"} == 0',
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "The exporter service {{ $labels.instance }} does not answer",
    description:
      "{{ $labels.instance }} cannot be scraped. An Alertmanager on the same host cannot send what goes over the bridge (WeCom, SMS, DingTalk); its peers step in.",
    test: { fires: { up: 0 }, quiet: { up: 1 } },
  },
  {
    name: "InventoryStale",
    expr: "time() - stackwright_inventory_last_load_timestamp_seconds > $threshold",
    for: "5m",
    severity: "warning",
    threshold: { default: 900, unit: "seconds", meaning: "time since the inventory was last read with success" },
    about: "instance",
    summary: "{{ $labels.instance }} last read the inventory {{ $value | humanizeDuration }} ago",
    description:
      "The exporter service reads its inventory again every minute. {{ $labels.instance }} has not managed to for {{ $value | humanizeDuration }}, so it speaks of an old state.",
    test: {
      fires: ({ threshold }) => ({ stackwright_inventory_last_load_timestamp_seconds: -threshold - 1 }),
      quiet: ({ threshold }) => ({ stackwright_inventory_last_load_timestamp_seconds: `${-threshold}+60x6000` }),
    },
  },
  {
    name: "SdInventoryNotOk",
    expr: "stackwright_sd_inventory_ok == 0",
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "{{ $labels.instance }} gives out an old list of targets",
    description:
      "The inventory of {{ $labels.instance }} has errors. HTTP service discovery goes on with the last good list; changes since then are not in force.",
    test: { fires: { stackwright_sd_inventory_ok: 0 }, quiet: { stackwright_sd_inventory_ok: 1 } },
  },
  {
    name: "NotifyBridgeFailing",
    expr: `
sum by (service, owner, receiver) (rate(stackwright_notify_requests_total{outcome="failed"}[5m]))
  /
sum by (service, owner, receiver) (rate(stackwright_notify_requests_total[5m])) > $threshold
and
sum by (service, owner, receiver) (increase(stackwright_notify_requests_total{outcome="failed"}[3m])) > 0`.trim(),
    // An outage of five minutes is over, and what waited is delivered, before the last failure has left the 3 minutes.
    for: "8m",
    severity: "critical",
    threshold: { default: 0.05, unit: "ratio", meaning: "share of the bridge's requests that fail" },
    about: "service",
    summary: "{{ $value | humanizePercentage }} of the messages to {{ $labels.receiver }} fail",
    description:
      "The bridge has failed for minutes to hand notifications to the receiver {{ $labels.receiver }}, and still does. Whoever is behind it is not told.",
    test: {
      fires: ({ threshold }) => ({
        [notify("failed")]: `0+${600 * threshold + 6}x600`,
        [notify("delivered")]: `0+${600 * (1 - threshold) - 6}x600`,
      }),
      quiet: ({ threshold }) => ({
        [notify("failed")]: `0+${570 * threshold}x600`,
        [notify("delivered")]: `0+${600 - 570 * threshold}x600`,
      }),
      // A gateway that was away for five minutes, after which all was delivered.
      alsoQuiet: [{ [notify("failed")]: "0+60x5 300x600", [notify("delivered")]: "0x5 0+60x600" }],
      afterSeconds: 60,
      firing: [{ receiver: "oncall" }],
    },
  },
  {
    name: "NotifyDeadLetters",
    expr: "sum by (service, owner, receiver) (increase(stackwright_notify_dead_letters_total[30m])) > 0",
    for: "0s",
    severity: "critical",
    about: "service",
    summary: "A message to {{ $labels.receiver }} was given up",
    description:
      "The bridge of {{ $labels.service }} gave up messages to {{ $labels.receiver }} in the last half hour. They stand in its log and were not delivered.",
    test: {
      fires: { 'stackwright_notify_dead_letters_total{receiver="oncall"}': "0+1x600" },
      quiet: { 'stackwright_notify_dead_letters_total{receiver="oncall"}': 3 },
      afterSeconds: 60,
      firing: [{ receiver: "oncall" }],
    },
  },
  {
    name: "NotifyBridgeSlow",
    expr: "histogram_quantile(0.99, sum by (service, owner, receiver, le) (rate(stackwright_notify_duration_seconds_bucket[5m]))) > $threshold",
    for: "15m",
    severity: "warning",
    threshold: { default: 5, unit: "seconds", meaning: "time of the slowest hundredth of the bridge's requests" },
    about: "service",
    summary: "Messages to {{ $labels.receiver }} take {{ $value | humanizeDuration }}",
    description:
      "The gateway behind {{ $labels.receiver }} is slow. Alertmanager tries again after its timeout, so messages may come twice.",
    test: {
      fires: ({ threshold }) => duration(threshold, threshold * 1.2),
      quiet: ({ threshold }) => duration(threshold / 2, threshold),
      afterSeconds: 60,
      firing: [{ receiver: "oncall" }],
    },
  },
  {
    name: "StoreNotWritable",
    expr: "stackwright_store_writable == 0",
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "{{ $labels.instance }} keeps no traces and no log lines",
    description:
      "The embedded store of {{ $labels.instance }} cannot write. Applications that deliver to it keep their log lines in their own buffers until these are full; spans are lost after some tries.",
    test: { fires: { stackwright_store_writable: 0 }, quiet: { stackwright_store_writable: 1 } },
  },
];

/** A histogram in which every request took between the two times. */
function duration(from: number, to: number): Readonly<Record<string, string>> {
  const bucket = (le: string): string => `stackwright_notify_duration_seconds_bucket{receiver="oncall",le="${le}"}`;
  return { [bucket(String(from))]: "0x600", [bucket(String(to))]: "0+60x600", [bucket("+Inf")]: "0+60x600" };
}
