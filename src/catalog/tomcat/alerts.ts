import type { AlertTemplate } from "../../signals/alert.ts";

const connector = '{connector="http-nio-8080"}';

export const alerts: readonly AlertTemplate[] = [
  {
    name: "TomcatDown",
    expr: 'up{job="tomcat"} == 0',
    for: "2m",
    severity: "critical",
    about: "instance",
    summary: "Tomcat on {{ $labels.host }} does not answer",
    description:
      "The metrics of {{ $labels.instance }}, which come from inside Tomcat's own process, have been gone for 2 minutes. Requests of {{ $labels.service }} to this host fail.",
    test: { fires: { up: 0 }, quiet: { up: 1 } },
  },
  {
    name: "TomcatThreadsBusy",
    expr: "tomcat_threads_busy / (tomcat_threads_max > 0) > $threshold",
    for: "5m",
    severity: "warning",
    threshold: { default: 0.85, unit: "ratio", meaning: "share of a connector's threads that are busy" },
    about: "instance",
    summary: "Tomcat on {{ $labels.host }} has {{ $value | humanizePercentage }} of its threads busy",
    description:
      "The connector {{ $labels.connector }} on {{ $labels.host }} has had hardly a free thread for 5 minutes. Requests begin to wait; something behind the application is probably slow.",
    test: {
      fires: ({ threshold }) => ({
        [`tomcat_threads_busy${connector}`]: threshold * 1000 + 1,
        [`tomcat_threads_max${connector}`]: 1000,
      }),
      quiet: ({ threshold }) => ({
        [`tomcat_threads_busy${connector}`]: threshold * 1000 - 1,
        [`tomcat_threads_max${connector}`]: 1000,
      }),
      alsoQuiet: [{ [`tomcat_threads_busy${connector}`]: 1, [`tomcat_threads_max${connector}`]: 0 }],
    },
  },
  {
    name: "TomcatErrorRatioHigh",
    expr: "rate(tomcat_request_errors_total[5m]) / (rate(tomcat_requests_total[5m]) > 0) > $threshold",
    for: "10m",
    severity: "warning",
    threshold: { default: 0.1, unit: "ratio", meaning: "share of requests answered with 400 or above" },
    about: "instance",
    summary: "Tomcat on {{ $labels.host }} answers {{ $value | humanizePercentage }} of its requests with an error",
    description:
      "More requests than usual to {{ $labels.connector }} on {{ $labels.host }} have ended with 400 or above for 10 minutes. Tomcat counts 4xx and 5xx together.",
    test: {
      fires: ({ threshold }) => ({
        [`tomcat_request_errors_total${connector}`]: `0+${threshold * 6000 + 60}x600`,
        [`tomcat_requests_total${connector}`]: "0+6000x600",
      }),
      quiet: ({ threshold }) => ({
        [`tomcat_request_errors_total${connector}`]: `0+${threshold * 6000 - 60}x600`,
        [`tomcat_requests_total${connector}`]: "0+6000x600",
      }),
      afterSeconds: 60,
      alsoQuiet: [
        { [`tomcat_request_errors_total${connector}`]: "0+60x600", [`tomcat_requests_total${connector}`]: 0 },
      ],
    },
  },
  {
    name: "TomcatHeapHigh",
    expr: 'jvm_memory_used_bytes{job="tomcat",area="heap"} / (jvm_memory_max_bytes{job="tomcat",area="heap"} > 0) > $threshold',
    for: "15m",
    severity: "warning",
    threshold: { default: 0.9, unit: "ratio", meaning: "share of the heap in use" },
    about: "instance",
    summary: "Tomcat on {{ $labels.host }} uses {{ $value | humanizePercentage }} of its heap",
    description:
      "The heap of Tomcat on {{ $labels.host }} has been nearly full for 15 minutes. Collections take the CPU, and an OutOfMemoryError comes next.",
    test: {
      fires: ({ threshold }) => ({
        'jvm_memory_used_bytes{area="heap"}': threshold * 1000000 + 1,
        'jvm_memory_max_bytes{area="heap"}': 1000000,
      }),
      quiet: ({ threshold }) => ({
        'jvm_memory_used_bytes{area="heap"}': threshold * 1000000 - 1,
        'jvm_memory_max_bytes{area="heap"}': 1000000,
      }),
      // No limit: the JVM says -1, or 0 at first.
      alsoQuiet: [{ 'jvm_memory_used_bytes{area="heap"}': 1000000, 'jvm_memory_max_bytes{area="heap"}': 0 }],
    },
  },
  {
    name: "TomcatThreadsDeadlocked",
    expr: 'jvm_threads_deadlocked{job="tomcat"} > 0',
    for: "2m",
    severity: "critical",
    about: "instance",
    summary: "Threads of Tomcat on {{ $labels.host }} block each other",
    description:
      "{{ $value }} threads of Tomcat on {{ $labels.host }} have waited for each other for 2 minutes and will do so for ever. What they serve hangs until a restart.",
    test: { fires: { jvm_threads_deadlocked: 2 }, quiet: { jvm_threads_deadlocked: 0 } },
  },
];
