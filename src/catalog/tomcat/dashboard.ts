import { scrapeRow } from "../reachability.ts";

export const dashboard = scrapeRow("the agent inside each Tomcat", [
  {
    title: "Requests and errors",
    description:
      "Requests per second, and those answered with 400 or above. Errors should follow requests at a small, steady share; see the access log for which ones.",
    type: "timeseries",
    unit: "reqps",
    min: 0,
    queries: [
      { expr: "rate(tomcat_requests_total[$__rate_interval])", legend: "{{instance}} {{connector}}" },
      {
        expr: "rate(tomcat_request_errors_total[$__rate_interval])",
        legend: "{{instance}} {{connector}} errors",
      },
    ],
  },
  {
    title: "Time per request",
    description:
      "Mean time that Tomcat needed. A rise with steady traffic points at the database or another service behind it.",
    type: "timeseries",
    unit: "s",
    min: 0,
    queries: [
      {
        expr: "rate(tomcat_request_processing_seconds_total[$__rate_interval]) / rate(tomcat_requests_total[$__rate_interval])",
        legend: "{{instance}} {{connector}}",
      },
    ],
  },
  {
    title: "Busy threads",
    description:
      "Share of each connector's threads at work. Near 100 % requests wait: take thread dumps to see on what.",
    type: "timeseries",
    unit: "percentunit",
    min: 0,
    max: 1,
    levels: { warning: 0.7, critical: 0.85 },
    queries: [{ expr: "tomcat_threads_busy / tomcat_threads_max", legend: "{{instance}} {{connector}}" }],
  },
  {
    title: "Heap",
    description: "Heap in use by its size. A saw-tooth is normal; if the low points rise over days, something leaks.",
    type: "timeseries",
    unit: "percentunit",
    min: 0,
    max: 1,
    levels: { warning: 0.8, critical: 0.9 },
    queries: [
      {
        expr: 'jvm_memory_used_bytes{area="heap"} / jvm_memory_max_bytes{area="heap"}',
        legend: "{{instance}}",
      },
    ],
  },
]);
