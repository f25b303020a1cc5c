import type { LogSource } from "../../signals/host.ts";
import { type NginxSettings, usesWaf } from "./settings.ts";

/** Where nginx writes. The access log is JSON where we write its config; the exporter on port 9741 reads it. */
export const accessLogPath = "/var/log/nginx/access.log";
export const errorLogPath = "/var/log/nginx/error.log";
/**
 * ModSecurity goes on writing to a renamed file, even after a reload. So its name ends differently: Debian's logrotate
 * rule for `/var/log/nginx/*.log`, which renames, must not take it; a rule with `copytruncate` does.
 */
export const auditLogPath = "/var/log/nginx/modsec_audit.json";

/** Log sources of one nginx service. */
export function nginxLogs(settings: NginxSettings): readonly LogSource[] {
  return [
    { name: "access", path: accessLogPath, parser: settings.sites.length > 0 ? "json" : "nginx-combined" },
    { name: "error", path: errorLogPath, parser: "nginx-error" },
    ...(usesWaf(settings) ? [{ name: "audit", path: auditLogPath, parser: "json" }] : []),
  ];
}
