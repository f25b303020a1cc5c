import type { AlertTemplate } from "../../../signals/alert.ts";

/** The clock and what systemd runs. */
export const system: readonly AlertTemplate[] = [
  {
    name: "NodeClockSkewDetected",
    expr: "abs(node_timex_offset_seconds) > $threshold",
    for: "10m",
    severity: "warning",
    threshold: { default: 0.05, unit: "seconds", meaning: "distance of the clock from its time server" },
    about: "instance",
    summary: "The clock of {{ $labels.host }} is off",
    description:
      "The clock of {{ $labels.host }} has been {{ $value | humanizeDuration }} away from its time server for 10 minutes.",
    test: {
      fires: ({ threshold }) => ({ node_timex_offset_seconds: -1.01 * threshold }),
      quiet: ({ threshold }) => ({ node_timex_offset_seconds: -0.99 * threshold }),
    },
  },
  {
    name: "NodeClockNotSynchronising",
    // The kernel gives up after 16 s of possible error; a clock that has only just lost its server is still right.
    expr: "node_timex_sync_status == 0 and node_timex_maxerror_seconds >= 16",
    for: "10m",
    severity: "warning",
    about: "instance",
    summary: "The clock of {{ $labels.host }} follows no time server",
    description:
      "Nothing has corrected the clock of {{ $labels.host }} for hours. It drifts; logs, certificates and clusters depend on it.",
    test: {
      fires: { node_timex_sync_status: 0, node_timex_maxerror_seconds: 16 },
      quiet: { node_timex_sync_status: 0, node_timex_maxerror_seconds: 15.9 },
      alsoQuiet: [{ node_timex_sync_status: 1, node_timex_maxerror_seconds: 16 }],
    },
  },
  {
    name: "NodeSystemdUnitFailed",
    expr: 'node_systemd_unit_state{state="failed"} == 1',
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "{{ $labels.name }} has failed on {{ $labels.host }}",
    description:
      "systemd has given up on {{ $labels.name }} on {{ $labels.host }} and will not start it again by itself.",
    test: {
      fires: { 'node_systemd_unit_state{name="cron.service",state="failed",type="simple"}': 1 },
      quiet: {
        'node_systemd_unit_state{name="cron.service",state="failed",type="simple"}': 0,
        'node_systemd_unit_state{name="cron.service",state="active",type="simple"}': 1,
      },
      firing: [{ name: "cron.service", state: "failed" }],
    },
  },
  {
    name: "NodeSystemdUnitRestarting",
    expr: "increase(node_systemd_service_restart_total[15m]) > $threshold",
    for: "0s",
    severity: "warning",
    threshold: { default: 3, unit: "count", meaning: "restarts by systemd within 15 minutes" },
    about: "instance",
    summary: "{{ $labels.name }} on {{ $labels.host }} keeps restarting",
    description:
      "systemd has restarted {{ $labels.name }} on {{ $labels.host }} {{ $value | humanize }} times in 15 minutes: it crashes again and again.",
    test: {
      fires: ({ threshold }) => ({
        'node_systemd_service_restart_total{name="app.service"}': `0x20 ${threshold + 1}x600`,
      }),
      quiet: ({ threshold }) => ({
        'node_systemd_service_restart_total{name="app.service"}': `7+${(0.8 * threshold) / 15}x600`,
      }),
      afterSeconds: 1260,
      firing: [{ name: "app.service" }],
    },
  },
];
