import type { Signals } from "../../src/signals/signals.ts";

type Labels = Readonly<Record<string, string>>;

/** Every alert that carries the host as Prometheus would send it, were all that can be wrong on it wrong at once. */
export function alertsOfDeadHost({ jobs, probes, alerts }: Signals, host: string): readonly Labels[] {
  const about = alerts.filter(({ template }) => template.about === "instance" && template.always === undefined);
  const scraped = jobs.flatMap(({ kind, targets }) =>
    targets
      .filter((target) => target.host === host)
      .flatMap(({ labels }) =>
        about
          .filter((alert) => alert.kind === kind)
          .map(({ template, severity }) => ({ ...labels, job: kind, alertname: template.name, severity })),
      ),
  );
  const probed = probes
    .filter(({ labels }) => labels["host"] === host)
    .flatMap(({ probe, labels }) =>
      about
        .filter(({ kind, template }) => kind === "blackbox" && template.expr.includes("probe_"))
        .map(({ template, severity }) => ({
          ...labels,
          job: `blackbox-${probe.module}`,
          alertname: template.name,
          severity,
        })),
    );
  return [...scraped, ...probed].filter(isFirst);
}

/** The same labels are the same alert. */
function isFirst(labels: Labels, index: number, all: readonly Labels[]): boolean {
  const key = JSON.stringify(Object.entries(labels).toSorted());
  return all.findIndex((other) => JSON.stringify(Object.entries(other).toSorted()) === key) === index;
}
