import type { AlertTemplate, CaseSeries } from "../../../signals/alert.ts";

const sensor = '{chip="platform_coretemp_0",sensor="temp1"}';
const array = 'device="md0"';

/** What bare metal has: RAID, ECC memory, sensors. */
export const hardware: readonly AlertTemplate[] = [
  {
    name: "NodeRAIDDegraded",
    expr: 'node_md_disks_required - ignoring (state) node_md_disks{state="active"} > 0',
    for: "5m",
    severity: "critical",
    about: "instance",
    summary: "RAID array {{ $labels.device }} of {{ $labels.host }} is degraded",
    description:
      "{{ $labels.device }} on {{ $labels.host }} lacks {{ $value }} of its disks and no spare has taken over; the next disk may take the data with it.",
    outranks: { alerts: ["NodeRAIDDiskFailed"], by: ["host", "instance", "device"] },
    test: {
      fires: raid({ active: 1, failed: 1 }),
      quiet: raid({ active: 2, failed: 1 }),
      firing: [{ device: "md0" }],
    },
  },
  {
    name: "NodeRAIDDiskFailed",
    expr: 'node_md_disks{state="failed"} > 0',
    for: "1m",
    severity: "warning",
    about: "instance",
    summary: "A disk of array {{ $labels.device }} of {{ $labels.host }} has failed",
    description:
      "{{ $value }} disks of {{ $labels.device }} on {{ $labels.host }} are marked as failed and want replacing.",
    test: {
      fires: raid({ active: 2, failed: 1 }),
      quiet: raid({ active: 2, failed: 0 }),
      firing: [{ device: "md0", state: "failed" }],
    },
  },
  {
    name: "NodeMemoryErrorsUncorrectable",
    expr: "increase(node_edac_uncorrectable_errors_total[1h]) > 0",
    for: "0s",
    severity: "critical",
    about: "instance",
    summary: "{{ $labels.host }} has corrupt memory",
    description:
      "Memory controller {{ $labels.controller }} of {{ $labels.host }} has met errors within the last hour that ECC could not repair; data in memory may be wrong.",
    test: {
      fires: { 'node_edac_uncorrectable_errors_total{controller="0"}': "0x5 1x600" },
      quiet: { 'node_edac_uncorrectable_errors_total{controller="0"}': 1 },
      afterSeconds: 360,
      firing: [{ controller: "0" }],
    },
  },
  {
    name: "NodeMemoryErrorsCorrected",
    expr: "increase(node_edac_correctable_errors_total[1h]) > $threshold",
    for: "0s",
    severity: "warning",
    threshold: { default: 10, unit: "count", meaning: "errors that ECC repaired within an hour" },
    about: "instance",
    summary: "A memory module of {{ $labels.host }} is wearing out",
    description:
      "ECC has repaired {{ $value | humanize }} errors on memory controller {{ $labels.controller }} of {{ $labels.host }} within an hour.",
    test: {
      fires: ({ threshold }) => ({
        'node_edac_correctable_errors_total{controller="0"}': `0x70 ${1.2 * threshold + 1}x600`,
      }),
      quiet: ({ threshold }) => ({
        'node_edac_correctable_errors_total{controller="0"}': `0+${threshold / 61}x1000`,
      }),
      afterSeconds: 71 * 60,
      firing: [{ controller: "0" }],
    },
  },
  {
    name: "NodeTemperatureHigh",
    // A limit of 0 means that the sensor has none.
    expr: "node_hwmon_temp_celsius >= (node_hwmon_temp_crit_celsius > 0)",
    for: "5m",
    severity: "critical",
    about: "instance",
    summary: "{{ $labels.host }} is too hot",
    description:
      "Sensor {{ $labels.sensor }} of {{ $labels.chip }} on {{ $labels.host }} shows {{ $value }} °C, its own critical limit or more; the machine slows down or switches itself off.",
    test: {
      fires: { [`node_hwmon_temp_celsius${sensor}`]: 100, [`node_hwmon_temp_crit_celsius${sensor}`]: 100 },
      quiet: {
        [`node_hwmon_temp_celsius${sensor}`]: 99,
        [`node_hwmon_temp_crit_celsius${sensor}`]: 100,
        'node_hwmon_temp_celsius{chip="acpi",sensor="temp1"}': 30,
        'node_hwmon_temp_crit_celsius{chip="acpi",sensor="temp1"}': 0,
      },
      firing: [{ chip: "platform_coretemp_0", sensor: "temp1" }],
    },
  },
];

function raid({ active, failed }: { readonly active: number; readonly failed: number }): CaseSeries {
  return {
    [`node_md_disks_required{${array}}`]: 2,
    [`node_md_disks{${array},state="active"}`]: active,
    [`node_md_disks{${array},state="failed"}`]: failed,
    [`node_md_disks{${array},state="spare"}`]: 0,
  };
}
