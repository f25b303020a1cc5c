import { checkSystem } from "../host-system.ts";
import { defineKind } from "../kind.ts";
import { alerts, expectedService } from "./alerts.ts";
import { windowsRows } from "./dashboard.ts";
import { metrics } from "./metrics.ts";
import { type WindowsSettings, windowsSettings } from "./settings.ts";

export const windows = defineKind<WindowsSettings>({
  id: "windows",
  title: "Windows",
  tools: ["windows_exporter"],
  settings: windowsSettings,
  endpoints: (_service, settings) => [
    {
      name: "windows",
      exporter: {
        name: "windows_exporter",
        version: "0.31.8",
        source: "https://github.com/prometheus-community/windows_exporter/tree/v0.31.8/docs",
      },
      port: 9182,
      metrics,
      collectors: [...settings.collectors].sort(),
    },
  ],
  expects: (service, settings) =>
    [...new Set(settings.services)].sort().map((name) => ({
      record: expectedService,
      expr: "vector(1)",
      labels: { service: service.name, owner: service.owner, kind: "windows", job: "windows", name },
    })),
  check: (service) => checkSystem(service, "windows", "windows"),
  alerts,
  dashboard: (_services, settings) => windowsRows(settings),
  units: (_service, settings) => [{ name: "windows_exporter", flags: flags(settings) }],
  packages: () => [
    {
      windows: "windows_exporter",
      source: "https://github.com/prometheus-community/windows_exporter/releases/tag/v0.31.8",
    },
  ],
});

/** Without a filter the service collector reports every service of the host, several hundred series. */
function flags(settings: WindowsSettings): readonly string[] {
  const enabled = `--collectors.enabled=${[...settings.collectors].sort().join(",")}`;
  if (settings.services.length === 0 || !settings.collectors.includes("service")) return [enabled];
  const names = [...new Set(settings.services)].sort().map((name) => name.replace(/[.$]/g, "\\$&"));
  return [enabled, `--collector.service.include=${names.join("|")}`];
}
