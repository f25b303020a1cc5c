import { scrapeRow } from "../reachability.ts";

export const dashboard = scrapeRow("the exporter on each host", [
  {
    title: "Health of each disk",
    description: "What the disk says of itself. Anything but passed means: save what is on it and replace it.",
    type: "stat",
    unit: "none",
    width: 12,
    mappings: { "0": "failing", "1": "passed" },
    levels: { warning: 1, critical: 1, lowIsBad: true },
    queries: [{ expr: "smartctl_device_smart_status", legend: "{{host}} {{device}}" }],
  },
  {
    title: "Temperature",
    description: "Degrees Celsius. 25 to 50 is normal; a whole host that rises points at a fan or the room.",
    type: "timeseries",
    unit: "celsius",
    levels: { warning: 55, critical: 65 },
    queries: [{ expr: 'smartctl_device_temperature{temperature_type="current"}', legend: "{{host}} {{device}}" }],
  },
]);
