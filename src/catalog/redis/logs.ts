import type { LogSource } from "../../signals/host.ts";
import type { Settings } from "./settings.ts";

/** A record begins with the process and its role: `1234:M 21 Nov 2026 11:53:12.123 * Ready to accept connections`. */
export const record = String.raw`^\d+:[XCSM] \d{2} [A-Z][a-z]{2} \d{4} `;

/** The server's log, and beside it Sentinel's. */
export function logs(settings: Settings): readonly LogSource[] {
  const server = { name: "server", path: settings.log, parser: "redis", multiline: record };
  const sentinel = { name: "sentinel", path: "/var/log/redis/redis-sentinel.log", parser: "redis", multiline: record };
  return settings.mode === "sentinel" ? [server, sentinel] : [server];
}
