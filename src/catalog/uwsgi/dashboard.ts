import { scrapeRow } from "../reachability.ts";

export const dashboard = scrapeRow("the exporter of each uWSGI", [
  {
    title: "Workers",
    description:
      "Workers by what they do. Some idle ones at all times is normal; none idle means that requests wait: see the listen queue.",
    type: "timeseries",
    unit: "none",
    min: 0,
    queries: [
      { expr: "sum without (worker_id) (uwsgi_worker_busy)", legend: "{{instance}} busy" },
      { expr: "sum without (worker_id) (uwsgi_worker_idle)", legend: "{{instance}} idle" },
    ],
  },
  {
    title: "Listen queue",
    description:
      "Requests that wait for a worker, by the queue's size. Zero is normal; at 100 % connections are refused.",
    type: "timeseries",
    unit: "percentunit",
    min: 0,
    max: 1,
    levels: { warning: 0.3, critical: 0.5 },
    queries: [{ expr: "uwsgi_socket_queue_length / uwsgi_socket_max_queue_length", legend: "{{instance}} {{name}}" }],
  },
  {
    title: "Requests and exceptions",
    description:
      "Requests per second and those that ended in an exception. Exceptions should be near zero; the application's log has the traceback.",
    type: "timeseries",
    unit: "reqps",
    min: 0,
    queries: [
      {
        expr: "sum without (worker_id) (rate(uwsgi_worker_requests_total[$__rate_interval]))",
        legend: "{{instance}}",
      },
      {
        expr: "sum without (worker_id) (rate(uwsgi_worker_exceptions_total[$__rate_interval]))",
        legend: "{{instance}} exceptions",
      },
    ],
  },
  {
    title: "Response time",
    description: "Mean response time of each worker as uWSGI keeps it. Workers that stand out serve a slow request.",
    type: "timeseries",
    unit: "s",
    min: 0,
    queries: [{ expr: "uwsgi_worker_average_response_time_seconds", legend: "{{instance}} worker {{worker_id}}" }],
  },
]);
