import type { AlertTemplate } from "../../signals/alert.ts";

const output = '{plugin_id="out_elasticsearch",type="elasticsearch"}';

export const alerts: readonly AlertTemplate[] = [
  {
    name: "FluentdDown",
    expr: 'up{job="fluentd"} == 0',
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "Fluentd on {{ $labels.host }} does not answer",
    description:
      "The metrics port of {{ $labels.instance }} has not answered for 5 minutes. Logs of {{ $labels.host }} wait on its disk and are lost when rotation removes them first.",
    test: { fires: { up: 0 }, quiet: { up: 1 } },
  },
  {
    name: "FluentdOutputErrors",
    expr: "rate(fluentd_output_status_num_errors[5m]) > $threshold",
    for: "10m",
    severity: "warning",
    threshold: { default: 0, unit: "count", meaning: "failed writes per second of one output" },
    about: "instance",
    summary: "Fluentd on {{ $labels.host }} cannot write to {{ $labels.plugin_id }}",
    description:
      "The output {{ $labels.plugin_id }} ({{ $labels.type }}) of {{ $labels.instance }} has failed again and again for 10 minutes. Its logs wait in the buffer.",
    test: {
      fires: ({ threshold }) => ({
        [`fluentd_output_status_num_errors${output}`]: `0+${Math.ceil(threshold * 300) + 60}x600`,
      }),
      quiet: { [`fluentd_output_status_num_errors${output}`]: 7 },
      afterSeconds: 60,
    },
  },
  {
    name: "FluentdBufferFilling",
    // The metric is a percentage, its name notwithstanding.
    expr: "fluentd_output_status_buffer_available_space_ratio / 100 < $threshold",
    for: "10m",
    severity: "warning",
    threshold: { default: 0.2, unit: "ratio", meaning: "free share of an output's buffer" },
    about: "instance",
    summary: "The buffer of Fluentd on {{ $labels.host }} has {{ $value | humanizePercentage }} left",
    description:
      "The buffer of {{ $labels.plugin_id }} on {{ $labels.instance }} has been nearly full for 10 minutes. When it is full, Fluentd blocks, refuses or drops, as its overflow_action says.",
    test: {
      fires: ({ threshold }) => ({
        [`fluentd_output_status_buffer_available_space_ratio${output}`]: threshold * 100 - 0.1,
      }),
      quiet: ({ threshold }) => ({
        [`fluentd_output_status_buffer_available_space_ratio${output}`]: threshold * 100 + 0.1,
      }),
    },
  },
];
