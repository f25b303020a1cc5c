import { accessLogFile, auditLogFile } from "../../signals/access-log.ts";
import type { LogSource } from "../../signals/host.ts";
import { type NginxSettings, usesWaf } from "./settings.ts";

export const errorLogPath = "/var/log/nginx/error.log";

/** Log sources of one nginx service. */
export function nginxLogs(settings: NginxSettings): readonly LogSource[] {
  return [
    { name: "access", path: accessLogFile, parser: settings.sites.length > 0 ? "json" : "nginx-combined" },
    { name: "error", path: errorLogPath, parser: "nginx-error" },
    ...(usesWaf(settings) ? [{ name: "audit", path: auditLogFile, parser: "json" }] : []),
  ];
}
