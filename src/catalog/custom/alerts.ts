import type { AlertTemplate } from "../../signals/alert.ts";

export const alerts: readonly AlertTemplate[] = [
  {
    name: "CustomDown",
    expr: 'up{job="custom"} == 0',
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "{{ $labels.service }} on {{ $labels.host }} does not answer",
    description:
      "{{ $labels.instance }} of {{ $labels.service }} has not answered the scrape of its metrics for 5 minutes. It is down, or its metrics path is wrong.",
    test: { fires: { up: 0 }, quiet: { up: 1 } },
  },
];
