import type { Panel } from "../../signals/panel.ts";
import type { Signals } from "../../signals/signals.ts";

/** Scraped targets; a probe's own `up` says only that the prober answers. */
const targets = 'up{job!~"blackbox-.+"}';
const firing = 'alertstate="firing"';

/** How the chosen services are just now, in one line of numbers. Counts are 0 where there is nothing, never empty. */
export function stateNow(signals: Signals): readonly Panel[] {
  const counts = [
    count("Critical alerts", `count(ALERTS{${firing},severity="critical"})`, {
      description: "Alerts for which somebody gets up. Zero is normal; the table below says which.",
      levels: { warning: 1, critical: 1 },
    }),
    count("Warnings", `count(ALERTS{${firing},severity="warning"})`, {
      description: "Alerts for working hours. A few are normal; the table below says which.",
      levels: { warning: 1, critical: 10 },
    }),
    count("Targets that do not answer", `count(${targets} == 0)`, {
      description: "Scrape targets of the inventory that are down. Zero is normal; the table of services says whose.",
      levels: { warning: 1, critical: 3 },
    }),
    count("Services without any target up", `count(max by (service) (${targets}) == 0)`, {
      description: "Services of which nothing answers. Zero is normal; open the dashboard of the service's kind.",
      levels: { warning: 1, critical: 1 },
    }),
    ...(signals.probes.length === 0
      ? []
      : [
          count("Probes that fail", "count(probe_success == 0)", {
            description: "Endpoints that do not answer from outside. Zero is normal; the row Probes says which.",
            levels: { warning: 1, critical: 3 },
          }),
        ]),
  ];
  return counts.map((panel) => ({ ...panel, width: Math.floor(24 / counts.length) }));
}

function count(title: string, expr: string, more: Pick<Panel, "description" | "levels">): Panel {
  return { title, type: "stat", unit: "short", queries: [{ expr: `${expr} or vector(0)`, legend: title }], ...more };
}

/** Which services are up, expected against seen, and how that was over time. */
export const serviceState: readonly Panel[] = [
  {
    title: "Services: targets expected and answering",
    description:
      "Targets that the inventory names and those that answer. Where the two differ, open the dashboard of the service's kind.",
    type: "table",
    unit: "short",
    queries: [
      {
        expr: "sum by (service, owner) (service:expected_targets:count)",
        legend: "{{service}} {{owner}} expected",
        narrow: "service",
      },
      { expr: `sum by (service, owner) (${targets})`, legend: "{{service}} {{owner}} answering" },
    ],
  },
  {
    title: "Services over time",
    description: "Whether all targets of a service answered. A gap means that Prometheus itself was away.",
    type: "state-timeline",
    unit: "none",
    mappings: { "0": "some down", "1": "up" },
    levels: { warning: 1, critical: 1, lowIsBad: true },
    queries: [{ expr: `min by (service) (${targets})`, legend: "{{service}}" }],
  },
];

/** What the table of alerts says where none fires. */
export const noAlerts = "No alert fires";

/** What fires, and how that was over time. The Watchdog is always there: without it alerting itself is broken. */
export const alertState: readonly Panel[] = [
  {
    title: "Firing alerts",
    description: "Alerts that fire now. The Watchdog always does; each other one has a runbook in its annotations.",
    type: "table",
    unit: "short",
    queries: [
      {
        expr: `sum by (alertname, severity, service, host, instance) (ALERTS{${firing}})`,
        legend: "{{severity}} {{alertname}} {{service}} {{host}} {{instance}} firing",
        narrow: "none",
      },
    ],
  },
  {
    title: "Alerts over time",
    description: "Firing alerts by severity. Peaks at the same hour each day ask for a mute time or another threshold.",
    type: "timeseries",
    unit: "short",
    min: 0,
    stacked: true,
    queries: ["critical", "warning", "info"].map((severity) => ({
      expr: `count(ALERTS{${firing},severity="${severity}"}) or vector(0)`,
      legend: severity,
    })),
  },
];

/** What answers from outside. */
export const probeState: readonly Panel[] = [
  {
    title: "Probes",
    description:
      "Whether each endpoint answers from outside, from all probers. Failures of one prober alone are its own.",
    type: "state-timeline",
    unit: "none",
    mappings: { "0": "fails", "1": "answers" },
    levels: { warning: 1, critical: 1, lowIsBad: true },
    queries: [{ expr: "max by (service, instance) (probe_success)", legend: "{{service}} {{instance}}" }],
  },
  {
    title: "Slowest probes",
    description: "Time of the slowest probes. Steady is normal; a rise of all of them points at the network.",
    type: "timeseries",
    unit: "s",
    min: 0,
    queries: [
      { expr: "topk(10, max by (service, instance) (probe_duration_seconds))", legend: "{{service}} {{instance}}" },
    ],
  },
];
