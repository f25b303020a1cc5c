import type { AlertTemplate } from "../../signals/alert.ts";

export const alerts: readonly AlertTemplate[] = [
  {
    name: "KibanaDown",
    needs: ["probe_success"],
    expr: 'max by (service, owner, host, instance) (probe_success{kind="kibana"}) == 0',
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "Kibana on {{ $labels.instance }} is not available",
    description:
      "No prober has had a good answer from the status page of {{ $labels.instance }} for 5 minutes: Kibana is gone, or Elasticsearch behind it is.",
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
