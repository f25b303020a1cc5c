import type { AlertTemplate } from "../../signals/alert.ts";

export const alerts: readonly AlertTemplate[] = [
  {
    name: "ZabbixServerDown",
    needs: ["probe_success"],
    expr: 'max by (service, owner, host, instance) (probe_success{kind="zabbix"}) == 0',
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "The Zabbix server on {{ $labels.instance }} takes no connections",
    description:
      "No prober has been able to connect to {{ $labels.instance }} for 5 minutes. Active agents and proxies cannot deliver, and what only Zabbix watches is not watched.",
    test: {
      fires: {
        'probe_success{job="blackbox-tcp_connect",prober="mon1"}': 0,
        'probe_success{job="blackbox-tcp_connect",prober="mon2"}': 0,
      },
      quiet: {
        'probe_success{job="blackbox-tcp_connect",prober="mon1"}': 0,
        'probe_success{job="blackbox-tcp_connect",prober="mon2"}': 1,
      },
    },
  },
];
