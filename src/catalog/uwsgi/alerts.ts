import type { AlertTemplate, CaseSeries } from "../../signals/alert.ts";

const stats = 'stats_uri="tcp://127.0.0.1:1717"';
const worker = (id: number): string => `{${stats},worker_id="${id}"}`;
const fortyWorkers = (busy: number): CaseSeries =>
  Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [`uwsgi_worker_busy${worker(index)}`, index < busy ? 1 : 0]),
  );
const socket = `{${stats},name="0.0.0.0:5000",proto="http"}`;

export const alerts: readonly AlertTemplate[] = [
  {
    name: "UwsgiExporterDown",
    expr: 'up{job="uwsgi"} == 0',
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "The uWSGI exporter on {{ $labels.host }} does not answer",
    description:
      "The exporter {{ $labels.instance }} has not answered for 5 minutes. Nothing is known of the uWSGI beside it.",
    test: { fires: { up: 0 }, quiet: { up: 1 } },
  },
  {
    name: "UwsgiDown",
    expr: "uwsgi_up == 0",
    for: "2m",
    severity: "critical",
    about: "instance",
    summary: "uWSGI on {{ $labels.host }} does not answer",
    description:
      "The exporter on {{ $labels.host }} is well but has had no answer from uWSGI's stats server for 2 minutes. Requests of {{ $labels.service }} to this host fail.",
    test: { fires: { uwsgi_up: 0 }, quiet: { uwsgi_up: 1 } },
  },
  {
    name: "UwsgiListenQueueHigh",
    expr: "uwsgi_socket_queue_length / (uwsgi_socket_max_queue_length > 0) > $threshold",
    for: "2m",
    severity: "warning",
    threshold: { default: 0.5, unit: "ratio", meaning: "share of a socket's listen queue in use" },
    about: "instance",
    summary: "Requests queue up before uWSGI on {{ $labels.host }}",
    description:
      "The listen queue of {{ $labels.name }} on {{ $labels.host }} has been {{ $value | humanizePercentage }} full for 2 minutes. When it is full, the kernel refuses connections.",
    test: {
      fires: ({ threshold }) => ({
        [`uwsgi_socket_queue_length${socket}`]: threshold * 100 + 1,
        [`uwsgi_socket_max_queue_length${socket}`]: 100,
      }),
      quiet: ({ threshold }) => ({
        [`uwsgi_socket_queue_length${socket}`]: threshold * 100,
        [`uwsgi_socket_max_queue_length${socket}`]: 100,
      }),
      alsoQuiet: [{ [`uwsgi_socket_queue_length${socket}`]: 1, [`uwsgi_socket_max_queue_length${socket}`]: 0 }],
    },
  },
  {
    name: "UwsgiWorkersBusy",
    expr: "sum by (service, owner, host, instance) (uwsgi_worker_busy) / count by (service, owner, host, instance) (uwsgi_worker_busy) > $threshold",
    for: "5m",
    severity: "warning",
    threshold: { default: 0.9, unit: "ratio", meaning: "share of the workers that are busy" },
    about: "instance",
    summary: "uWSGI on {{ $labels.host }} has {{ $value | humanizePercentage }} of its workers busy",
    description:
      "Hardly a worker of {{ $labels.service }} on {{ $labels.host }} has been free for 5 minutes. New requests wait in the listen queue.",
    test: {
      fires: ({ threshold }) => fortyWorkers(Math.floor(threshold * 40) + 1),
      quiet: ({ threshold }) => fortyWorkers(Math.floor(threshold * 40)),
    },
  },
  {
    name: "UwsgiHarakiri",
    expr: "sum by (service, owner, host, instance) (increase(uwsgi_worker_harakiri_count_total[15m])) > $threshold",
    for: "0s",
    severity: "warning",
    threshold: { default: 0, unit: "count", meaning: "workers killed for a request that took too long, in 15 minutes" },
    about: "instance",
    summary: "uWSGI on {{ $labels.host }} kills workers that take too long",
    description:
      "About {{ $value | humanize }} workers of {{ $labels.service }} on {{ $labels.host }} were killed in the last 15 minutes because a request passed the harakiri time. Their users got an error.",
    test: {
      fires: ({ threshold }) => ({
        [`uwsgi_worker_harakiri_count_total${worker(1)}`]: `0+${Math.ceil(threshold) + 1}x600`,
      }),
      quiet: { [`uwsgi_worker_harakiri_count_total${worker(1)}`]: 7 },
      afterSeconds: 60,
    },
  },
  {
    name: "UwsgiExceptionsHigh",
    expr: "sum by (service, owner, host, instance) (rate(uwsgi_worker_exceptions_total[5m])) / (sum by (service, owner, host, instance) (rate(uwsgi_worker_requests_total[5m])) > 0) > $threshold",
    for: "10m",
    severity: "warning",
    threshold: { default: 0.05, unit: "ratio", meaning: "share of requests that end in an exception" },
    about: "instance",
    summary: "{{ $value | humanizePercentage }} of the requests to uWSGI on {{ $labels.host }} end in an exception",
    description:
      "The application of {{ $labels.service }} on {{ $labels.host }} has thrown exceptions for more requests than usual for 10 minutes. Its log holds the tracebacks.",
    test: {
      fires: ({ threshold }) => ({
        [`uwsgi_worker_exceptions_total${worker(1)}`]: `0+${threshold * 6000 + 60}x600`,
        [`uwsgi_worker_requests_total${worker(1)}`]: "0+6000x600",
      }),
      quiet: ({ threshold }) => ({
        [`uwsgi_worker_exceptions_total${worker(1)}`]: `0+${threshold * 6000 - 60}x600`,
        [`uwsgi_worker_requests_total${worker(1)}`]: "0+6000x600",
      }),
      afterSeconds: 60,
      alsoQuiet: [
        {
          [`uwsgi_worker_exceptions_total${worker(1)}`]: "0+60x600",
          [`uwsgi_worker_requests_total${worker(1)}`]: 0,
        },
      ],
    },
  },
];
