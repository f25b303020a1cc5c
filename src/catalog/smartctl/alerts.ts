import type { AlertTemplate } from "../../signals/alert.ts";

const attribute = (type: string): string =>
  `{device="sda",attribute_name="Current_Pending_Sector",attribute_id="197",attribute_value_type="${type}"}`;
const temperature = '{device="sda",temperature_type="current"}';

export const alerts: readonly AlertTemplate[] = [
  {
    name: "SmartctlExporterDown",
    expr: 'up{job="smartctl"} == 0',
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "The SMART exporter on {{ $labels.host }} does not answer",
    description:
      "The exporter {{ $labels.instance }} has not answered for 5 minutes. A failing disk of {{ $labels.host }} would go unnoticed.",
    test: { fires: { up: 0 }, quiet: { up: 1 } },
  },
  {
    name: "SmartHealthFailed",
    expr: "smartctl_device_smart_status == 0",
    for: "1m",
    severity: "critical",
    about: "instance",
    summary: "The disk {{ $labels.device }} of {{ $labels.host }} says that it is failing",
    description:
      "The drive {{ $labels.device }} of {{ $labels.host }} fails its own health check. By the vendor's measure it can be gone within a day.",
    test: {
      fires: { 'smartctl_device_smart_status{device="sda"}': 0 },
      quiet: { 'smartctl_device_smart_status{device="sda"}': 1 },
      firing: [{ device: "sda" }],
    },
  },
  {
    name: "SmartCriticalWarning",
    expr: "smartctl_device_critical_warning > 0",
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "The NVMe disk {{ $labels.device }} of {{ $labels.host }} warns",
    description:
      "The critical warning byte of {{ $labels.device }} has been {{ $value }} for 5 minutes: 1 spare low, 2 too hot, 4 unreliable, 8 read-only, 16 backup power lost, added up.",
    test: {
      fires: { 'smartctl_device_critical_warning{device="nvme0"}': 1 },
      quiet: { 'smartctl_device_critical_warning{device="nvme0"}': 0 },
      firing: [{ device: "nvme0" }],
    },
  },
  {
    name: "SmartPendingSectors",
    expr: 'smartctl_device_attribute{attribute_name="Current_Pending_Sector",attribute_value_type="raw"} > $threshold',
    for: "15m",
    severity: "warning",
    threshold: { default: 0, unit: "count", meaning: "sectors that the disk could not read" },
    about: "instance",
    summary: "The disk {{ $labels.device }} of {{ $labels.host }} has {{ $value }} unreadable sectors",
    description:
      "The disk {{ $labels.device }} of {{ $labels.host }} could not read {{ $value }} sectors and waits for a write to replace them. Their content is lost here.",
    test: {
      fires: ({ threshold }) => ({ [`smartctl_device_attribute${attribute("raw")}`]: threshold + 1 }),
      quiet: ({ threshold }) => ({
        [`smartctl_device_attribute${attribute("raw")}`]: threshold,
        [`smartctl_device_attribute${attribute("value")}`]: 100,
      }),
      firing: [{ device: "sda" }],
    },
  },
  {
    name: "SmartMediaErrorsGrowing",
    expr: "increase(smartctl_device_media_errors[1h]) > $threshold",
    for: "0s",
    severity: "warning",
    threshold: { default: 0, unit: "count", meaning: "unrecovered errors of an NVMe disk in an hour" },
    about: "instance",
    summary: "The NVMe disk {{ $labels.device }} of {{ $labels.host }} returns damaged data",
    description:
      "The disk {{ $labels.device }} of {{ $labels.host }} met errors in the last hour that it could not correct.",
    test: {
      fires: ({ threshold }) => ({
        'smartctl_device_media_errors{device="nvme0"}': `0+${Math.ceil(threshold) + 1}x600`,
      }),
      quiet: { 'smartctl_device_media_errors{device="nvme0"}': 7 },
      afterSeconds: 60,
      firing: [{ device: "nvme0" }],
    },
  },
  {
    name: "SmartSpareBelowThreshold",
    expr: "smartctl_device_available_spare < smartctl_device_available_spare_threshold",
    for: "15m",
    severity: "warning",
    about: "instance",
    summary: "The NVMe disk {{ $labels.device }} of {{ $labels.host }} is worn out",
    description:
      "{{ $value }} % of the spare blocks of {{ $labels.device }} are left, less than its vendor's own limit. Plan its replacement.",
    test: {
      fires: {
        'smartctl_device_available_spare{device="nvme0"}': 9,
        'smartctl_device_available_spare_threshold{device="nvme0"}': 10,
      },
      quiet: {
        'smartctl_device_available_spare{device="nvme0"}': 10,
        'smartctl_device_available_spare_threshold{device="nvme0"}': 10,
      },
      firing: [{ device: "nvme0" }],
    },
  },
  {
    name: "SmartTemperatureHigh",
    expr: 'smartctl_device_temperature{temperature_type="current"} > $threshold',
    for: "15m",
    severity: "warning",
    threshold: { default: 65, unit: "count", meaning: "degrees Celsius" },
    about: "instance",
    summary: "The disk {{ $labels.device }} of {{ $labels.host }} has {{ $value }} °C",
    description:
      "The disk {{ $labels.device }} of {{ $labels.host }} has been too hot for 15 minutes. Heat shortens its life, and NVMe disks slow down.",
    test: {
      fires: ({ threshold }) => ({ [`smartctl_device_temperature${temperature}`]: threshold + 1 }),
      quiet: ({ threshold }) => ({ [`smartctl_device_temperature${temperature}`]: threshold }),
      firing: [{ device: "sda" }],
    },
  },
];
