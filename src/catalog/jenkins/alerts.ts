import type { AlertTemplate } from "../../signals/alert.ts";

const job = '{jenkins_job="shop/main",repo="NA",buildable="true"}';

export const alerts: readonly AlertTemplate[] = [
  {
    name: "JenkinsDown",
    expr: 'up{job="jenkins"} == 0',
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "Jenkins on {{ $labels.host }} does not answer",
    description:
      "Jenkins at {{ $labels.instance }} has not answered for 5 minutes. Nothing is built and nothing is deployed by it.",
    test: { fires: { up: 0 }, quiet: { up: 1 } },
  },
  {
    name: "JenkinsNodeOffline",
    expr: "default_jenkins_nodes_online == 0",
    for: "15m",
    severity: "warning",
    about: "instance",
    summary: "The Jenkins node {{ $labels.node }} is offline",
    description:
      "The build node {{ $labels.node }} of {{ $labels.service }} has been offline for 15 minutes. Jobs tied to it wait.",
    test: {
      fires: { 'default_jenkins_nodes_online{node="builder-1"}': 0 },
      quiet: { 'default_jenkins_nodes_online{node="builder-1"}': 1 },
      firing: [{ node: "builder-1" }],
    },
  },
  {
    name: "JenkinsQueueStuck",
    // An item with several fitting labels counts under each of them: the longest queue, not the sum.
    expr: "max by (service, owner, host, instance) (default_jenkins_executors_queue_length) > $threshold",
    for: "30m",
    severity: "warning",
    threshold: { default: 5, unit: "count", meaning: "builds that wait for an executor of one label" },
    about: "instance",
    summary: "{{ $value }} builds wait in Jenkins {{ $labels.service }}",
    description:
      "Builds have waited for an executor of {{ $labels.service }} for 30 minutes: too few executors, or a node that is gone.",
    test: {
      fires: ({ threshold }) => ({ 'default_jenkins_executors_queue_length{label="linux"}': threshold + 1 }),
      quiet: ({ threshold }) => ({ 'default_jenkins_executors_queue_length{label="linux"}': threshold }),
    },
  },
  {
    name: "JenkinsJobFailing",
    expr: 'default_jenkins_builds_last_build_result_ordinal{buildable="true"} == 2',
    for: "1h",
    severity: "info",
    about: "instance",
    summary: "The Jenkins job {{ $labels.jenkins_job }} fails",
    description: "The last build of {{ $labels.jenkins_job }} failed, and no better one has followed for an hour.",
    test: {
      fires: { [`default_jenkins_builds_last_build_result_ordinal${job}`]: 2 },
      quiet: { [`default_jenkins_builds_last_build_result_ordinal${job}`]: 1 },
      firing: [{ jenkins_job: "shop/main" }],
    },
  },
];
