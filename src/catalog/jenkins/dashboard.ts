import { scrapeRow } from "../reachability.ts";

export const dashboard = scrapeRow("Jenkins", [
  {
    title: "Executors",
    description: "Executors by label: busy and idle. None idle for long means that builds queue up.",
    type: "timeseries",
    unit: "none",
    min: 0,
    queries: [
      { expr: "default_jenkins_executors_busy", legend: "{{label}} busy" },
      { expr: "default_jenkins_executors_idle", legend: "{{label}} idle" },
    ],
  },
  {
    title: "Queue",
    description:
      "Builds that wait for an executor, by label. Short peaks are normal; a plateau needs more executors or a node brought back.",
    type: "timeseries",
    unit: "none",
    min: 0,
    queries: [{ expr: "default_jenkins_executors_queue_length", legend: "{{label}}" }],
  },
  {
    title: "Last build of each job",
    description:
      "Result of the last build. What failed, was aborted or was not built stays red until the next good build; open the job for its log.",
    type: "state-timeline",
    unit: "none",
    width: 24,
    mappings: { "0": "success", "1": "unstable", "2": "failure", "3": "not built", "4": "aborted" },
    levels: { warning: 1, critical: 2 },
    queries: [{ expr: "default_jenkins_builds_last_build_result_ordinal", legend: "{{jenkins_job}}" }],
  },
]);
