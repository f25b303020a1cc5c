import type { AlertTemplate } from "../../signals/alert.ts";

export const alerts: readonly AlertTemplate[] = [
  {
    name: "FilebeatDown",
    needs: ["probe_success"],
    expr: 'max by (service, owner, host, instance) (probe_success{kind="filebeat"}) == 0',
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "Filebeat on {{ $labels.host }} does not answer",
    description:
      "No prober has had an answer from {{ $labels.instance }} for 5 minutes. Logs of {{ $labels.host }} wait on its disk and are lost when rotation removes them first.",
    test: {
      fires: {
        'probe_success{job="blackbox-http_2xx",prober="mon1"}': 0,
        'probe_success{job="blackbox-http_2xx",prober="mon2"}': 0,
      },
      quiet: {
        'probe_success{job="blackbox-http_2xx",prober="mon1"}': 0,
        'probe_success{job="blackbox-http_2xx",prober="mon2"}': 1,
      },
    },
  },
];
