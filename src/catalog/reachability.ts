import type { Panel, Row } from "../signals/panel.ts";

/** The one row of a kind that is scraped: which instances answer, how long they take, and what else is essential. */
export function scrapeRow(whatAnswers: string, panels: readonly Panel[] = []): Row {
  return {
    title: "Overview",
    panels: [
      {
        title: "Up",
        description: `Whether ${whatAnswers} answered the last scrape. All should be up; when one is down, ask the host first, then the journal of its unit.`,
        type: "stat",
        unit: "none",
        mappings: { "0": "down", "1": "up" },
        levels: { warning: 1, critical: 1, lowIsBad: true },
        queries: [{ expr: "up", legend: "{{instance}}" }],
      },
      {
        title: "Scrape duration",
        description: `How long ${whatAnswers} took to answer. Steady is normal; a rise towards the scrape timeout comes before gaps in every other panel.`,
        type: "timeseries",
        unit: "s",
        min: 0,
        width: 16,
        queries: [{ expr: "scrape_duration_seconds", legend: "{{instance}}" }],
      },
      ...panels,
    ],
  };
}

/** The one row of a kind that is only asked from outside by the blackbox exporter. */
export function probeRow(kind: string, whatAnswers: string): Row {
  return {
    title: "Seen from outside",
    panels: [
      {
        title: "Answers",
        description: `Whether ${whatAnswers} answered the last probe, by who asked. All should be up; when only one prober sees it down, look at the network between the two.`,
        type: "stat",
        unit: "none",
        mappings: { "0": "down", "1": "up" },
        levels: { warning: 1, critical: 1, lowIsBad: true },
        needs: ["probe_success"],
        queries: [{ expr: `probe_success{kind="${kind}"}`, legend: "{{instance}} from {{prober}}", narrow: "service" }],
      },
      {
        title: "Time to answer",
        description: `How long the probe of ${whatAnswers} took. Steady is normal; a rise points at load or at the network.`,
        type: "timeseries",
        unit: "s",
        min: 0,
        width: 16,
        needs: ["probe_duration_seconds"],
        queries: [
          { expr: `probe_duration_seconds{kind="${kind}"}`, legend: "{{instance}} from {{prober}}", narrow: "service" },
        ],
      },
    ],
  };
}
