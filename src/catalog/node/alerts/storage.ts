import type { AlertTemplate, CaseSeries } from "../../../signals/alert.ts";

/** Not on disks of this host, or read-only and full by nature. */
export const realFilesystems = 'fstype!~"tmpfs|ramfs|overlay|squashfs|iso9660|nfs.*|cifs|fuse[.].*"';

const root = '{mountpoint="/",device="/dev/sda1",fstype="ext4"}';
const temporary = '{mountpoint="/run",device="tmpfs",fstype="tmpfs"}';
const firing = [{ mountpoint: "/", device: "/dev/sda1" }];

function filesystem(labels: string, available: number | string, more: CaseSeries = {}): CaseSeries {
  return {
    [`node_filesystem_avail_bytes${labels}`]: available,
    [`node_filesystem_size_bytes${labels}`]: 1000,
    [`node_filesystem_readonly${labels}`]: 0,
    ...more,
  };
}

const available = `node_filesystem_avail_bytes{${realFilesystems}} / node_filesystem_size_bytes{${realFilesystems}}`;
const writable = `node_filesystem_readonly{${realFilesystems}} == 0`;

/** Filesystems and disks. */
export const storage: readonly AlertTemplate[] = [
  {
    name: "NodeFilesystemAlmostOutOfSpace",
    expr: `${available} < $threshold and ${writable}`,
    for: "15m",
    severity: "warning",
    threshold: { default: 0.05, unit: "ratio", meaning: "share of the filesystem that is still available" },
    about: "instance",
    summary: "{{ $labels.mountpoint }} on {{ $labels.host }} is almost full",
    description: "Only {{ $value | humanizePercentage }} of {{ $labels.mountpoint }} ({{ $labels.device }}) is left.",
    test: {
      fires: ({ threshold }) => ({ ...filesystem(root, 1000 * threshold - 1), ...filesystem(temporary, 0) }),
      quiet: ({ threshold }) => ({ ...filesystem(root, 1000 * threshold + 1), ...filesystem(temporary, 0) }),
      firing,
      alsoQuiet: [{ ...filesystem(root, 0), [`node_filesystem_readonly${root}`]: 1 }],
    },
  },
  {
    name: "NodeFilesystemOutOfSpace",
    expr: `${available} < $threshold and ${writable}`,
    for: "5m",
    severity: "critical",
    threshold: { default: 0.03, unit: "ratio", meaning: "share of the filesystem that is still available" },
    about: "instance",
    summary: "{{ $labels.mountpoint }} on {{ $labels.host }} is full",
    description:
      "{{ $value | humanizePercentage }} of {{ $labels.mountpoint }} ({{ $labels.device }}) is left: writes fail now or within minutes.",
    outranks: {
      alerts: ["NodeFilesystemAlmostOutOfSpace", "NodeFilesystemSpaceFillingUp"],
      by: ["host", "instance", "device", "mountpoint"],
    },
    test: {
      fires: ({ threshold }) => filesystem(root, 1000 * threshold - 1),
      quiet: ({ threshold }) => filesystem(root, 1000 * threshold + 1),
      firing,
      alsoQuiet: [{ ...filesystem(root, 0), [`node_filesystem_readonly${root}`]: 1 }],
    },
  },
  {
    name: "NodeFilesystemSpaceFillingUp",
    expr: `${available} < $threshold and predict_linear(node_filesystem_avail_bytes{${realFilesystems}}[6h], 86400) < 0 and ${writable}`,
    for: "1h",
    severity: "warning",
    threshold: { default: 0.4, unit: "ratio", meaning: "share that must already be missing to believe the forecast" },
    about: "instance",
    summary: "{{ $labels.mountpoint }} on {{ $labels.host }} will be full within a day",
    description:
      "{{ $value | humanizePercentage }} of {{ $labels.mountpoint }} is left, and at the pace of the last 6 hours it is used up within 24 hours.",
    test: {
      // A byte of a thousand each minute: 1440 in a day.
      fires: ({ threshold }) => filesystem(root, `${1000 * threshold - 1}-1x600`),
      quiet: ({ threshold }) => filesystem(root, 1000 * threshold - 1),
      afterSeconds: 60,
      firing,
      // It fills up but there is room, or it is a medium to read from.
      alsoQuiet: [
        ({ threshold }) => filesystem(root, `${1000 * threshold + 120}-1x600`),
        { ...filesystem(root, "150-1x600"), [`node_filesystem_readonly${root}`]: 1 },
      ],
    },
  },
  {
    name: "NodeFilesystemAlmostOutOfFiles",
    expr: `node_filesystem_files_free{${realFilesystems}} / node_filesystem_files{${realFilesystems}} < $threshold and ${writable}`,
    for: "15m",
    severity: "warning",
    threshold: { default: 0.05, unit: "ratio", meaning: "share of inodes that is still free" },
    about: "instance",
    summary: "{{ $labels.mountpoint }} on {{ $labels.host }} is running out of inodes",
    description:
      "{{ $value | humanizePercentage }} of the inodes of {{ $labels.mountpoint }} are free. New files fail although df shows space.",
    test: {
      fires: ({ threshold }) => files(1000 * threshold - 1),
      quiet: ({ threshold }) => files(1000 * threshold + 1),
      firing,
      alsoQuiet: [{ ...files(0), [`node_filesystem_readonly${root}`]: 1 }],
    },
  },
  {
    name: "NodeFilesystemReadOnly",
    // Mounts that are read-only on purpose were never writable.
    expr: `node_filesystem_readonly{${realFilesystems}} == 1 and min_over_time(node_filesystem_readonly{${realFilesystems}}[1d]) == 0`,
    for: "1m",
    severity: "critical",
    about: "instance",
    summary: "{{ $labels.mountpoint }} on {{ $labels.host }} has become read-only",
    description:
      "The kernel has remounted {{ $labels.device }} read-only within the last day, as it does after errors of the disk.",
    test: {
      fires: { [`node_filesystem_readonly${root}`]: "0 1x600" },
      quiet: { [`node_filesystem_readonly${root}`]: 1 },
      afterSeconds: 60,
      firing,
    },
  },
  {
    name: "NodeDiskIOSaturation",
    expr: "rate(node_disk_io_time_weighted_seconds_total[5m]) > $threshold",
    for: "30m",
    severity: "warning",
    threshold: { default: 10, unit: "count", meaning: "average number of requests in flight" },
    about: "instance",
    summary: "Disk {{ $labels.device }} of {{ $labels.host }} is saturated",
    description:
      'On average {{ $value | printf "%.1f" }} requests have been waiting on {{ $labels.device }} for 30 minutes; what reads or writes there is slow.',
    test: {
      fires: ({ threshold }) => growing("node_disk_io_time_weighted_seconds_total", 60 * threshold + 1),
      quiet: ({ threshold }) => growing("node_disk_io_time_weighted_seconds_total", 60 * threshold - 1),
      afterSeconds: 300,
      firing: [{ device: "sda" }],
    },
  },
  {
    name: "NodeDiskLatencyHigh",
    // Single slow requests of an idle disk say nothing.
    expr: "(rate(node_disk_read_time_seconds_total[5m]) + rate(node_disk_write_time_seconds_total[5m])) / (rate(node_disk_reads_completed_total[5m]) + rate(node_disk_writes_completed_total[5m])) > $threshold and rate(node_disk_reads_completed_total[5m]) + rate(node_disk_writes_completed_total[5m]) > 10",
    for: "15m",
    severity: "warning",
    threshold: { default: 0.1, unit: "seconds", meaning: "average time of a request" },
    about: "instance",
    summary: "Requests to disk {{ $labels.device }} of {{ $labels.host }} are slow",
    description:
      "A request to {{ $labels.device }} takes {{ $value | humanizeDuration }} on average, for 15 minutes: the disk is overloaded or failing.",
    test: {
      fires: ({ threshold }) => latency(threshold * 1.01),
      quiet: ({ threshold }) => latency(threshold * 0.99),
      afterSeconds: 180,
      firing: [{ device: "sda" }],
    },
  },
];

function files(free: number): CaseSeries {
  return {
    [`node_filesystem_files_free${root}`]: free,
    [`node_filesystem_files${root}`]: 1000,
    [`node_filesystem_readonly${root}`]: 0,
  };
}

function growing(name: string, perMinute: number): CaseSeries {
  return { [`${name}{device="sda"}`]: `0+${perMinute}x600` };
}

/** Twenty requests a second of the given length. */
function latency(seconds: number): CaseSeries {
  return {
    ...growing("node_disk_read_time_seconds_total", 600 * seconds),
    ...growing("node_disk_write_time_seconds_total", 600 * seconds),
    ...growing("node_disk_reads_completed_total", 600),
    ...growing("node_disk_writes_completed_total", 600),
  };
}
