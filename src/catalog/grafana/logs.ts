import type { LogSource } from "../../signals/host.ts";

/**
 * Grafana's own log, one JSON object a line where its configuration has `format = json` under `[log.file]`:
 * `{"level":"info","logger":"provisioning.dashboard","msg":"finished to provision dashboards","t":"2026-11-21T08:00:00.123Z"}`
 */
export const logs: readonly LogSource[] = [{ name: "server", path: "/var/log/grafana/grafana.log", parser: "json" }];
