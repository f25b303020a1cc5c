import { z } from "zod";
import { defineKind } from "../kind.ts";
import { probeRow } from "../reachability.ts";
import { alerts } from "./alerts.ts";

const settings = z.strictObject({});

export const zabbix = defineKind<z.infer<typeof settings>>({
  id: "zabbix",
  title: "Zabbix",
  settings,
  // ListenPort of zabbix_server.conf: https://www.zabbix.com/documentation/6.0/en/manual/appendix/config/zabbix_server
  port: 10051,
  endpoints: () => [],
  unscraped: "the Zabbix server has no endpoint for Prometheus; its trapper port is asked instead",
  probe: { prober: "tcp" },
  alerts,
  dashboard: () => [probeRow("zabbix", "the trapper port of Zabbix")],
  units: () => [{ name: "zabbix-server" }],
  packages: () => [{ debian: "zabbix-server-mysql", rhel: "zabbix-server-mysql" }],
});
