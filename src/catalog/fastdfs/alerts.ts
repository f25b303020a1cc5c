import type { AlertTemplate } from "../../signals/alert.ts";

export const alerts: readonly AlertTemplate[] = [
  {
    name: "FastdfsTrackerDown",
    needs: ["probe_success"],
    expr: 'max by (service, owner, host, instance) (probe_success{kind="fastdfs"}) == 0',
    for: "2m",
    severity: "critical",
    about: "instance",
    summary: "FastDFS on {{ $labels.instance }} takes no connections",
    description:
      "No prober has been able to connect to {{ $labels.instance }} for 2 minutes. Clients that know only this tracker can neither store nor find files.",
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
