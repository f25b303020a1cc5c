import { assertApart } from "../artifact/apart.ts";
import type { Artifact } from "../artifact/artifact.ts";
import { dashboardPath } from "../model/grafana-uid.ts";
import type { Model } from "../model/model.ts";
import type { HostSecret } from "../model/secret-path.ts";
import { servicesOf } from "../model/services.ts";
import type { Signals } from "../signals/signals.ts";
import { renderAccessLog } from "./access-log/index.ts";
import { alertmanagerSecrets, renderAlertmanager } from "./alertmanager/index.ts";
import { renderDashboards } from "./grafana/index.ts";

export type { PanelExpression } from "./grafana/index.ts";

import type { PanelExpression } from "./grafana/index.ts";
import { type OwnDashboard, renderOwnDashboards } from "./grafana/own.ts";
import { renderProvisioning } from "./grafana/provisioning.ts";
import { hostSecrets, renderHosts } from "./host/index.ts";
import { renderKeepalived } from "./keepalived/index.ts";
import { nginxSecrets, renderNginx } from "./nginx/index.ts";
import { type OwnParts, renderPrometheus, scrapeSecrets } from "./prometheus/index.ts";

/** Everything that the targets print. */
export interface Rendered {
  /** Sorted by path. */
  readonly artifacts: readonly Artifact[];
  readonly panels: readonly PanelExpression[];
  readonly secrets: readonly HostSecret[];
}

/** Prints a model and its signals for every target, and passes on what is the operator's own. */
export function renderAll(
  model: Model,
  signals: Signals,
  own: OwnParts & { readonly dashboards: readonly OwnDashboard[] },
): Rendered {
  const dashboards = renderDashboards(model, signals);
  const addresses = dashboardAddresses(model, signals);
  const links = { dashboard: (kind: string) => addresses.get(kind) };
  const artifacts = [
    ...renderPrometheus(model, signals, links, own),
    ...renderAlertmanager(model, signals),
    ...dashboards.artifacts,
    ...renderOwnDashboards(model, own.dashboards),
    ...renderProvisioning(model),
    ...renderHosts(model, signals),
    ...renderKeepalived(model, signals),
    ...renderNginx(model),
    ...renderAccessLog(model, signals),
  ];
  assertApart(artifacts);
  return {
    artifacts: artifacts.sort((a, b) => (a.path < b.path ? -1 : 1)),
    panels: dashboards.expressions,
    secrets: once([
      ...alertmanagerSecrets(model),
      ...scrapeSecrets(model, signals),
      ...hostSecrets(model, signals),
      ...nginxSecrets(model),
    ]),
  };
}

/** Addresses of the kinds' dashboards; none where the inventory does not say where Grafana answers. */
function dashboardAddresses(model: Model, signals: Signals): ReadonlyMap<string, string> {
  const base = servicesOf(model, "grafana")
    .map(({ settings }) =>
      typeof settings === "object" && settings !== null && "external_url" in settings
        ? settings.external_url
        : undefined,
    )
    .find((address) => address !== undefined);
  if (typeof base !== "string") return new Map();
  const root = base.replace(/\/$/, "");
  return new Map(signals.dashboards.map(({ kind }) => [kind, `${root}${dashboardPath(model, kind)}`]));
}

/**
 * Each file of a secret once on a host. Where two daemons need the same one it belongs to the first that reads it itself;
 * for others systemd reads it.
 */
function once(secrets: readonly HostSecret[]): readonly HostSecret[] {
  const byFile = new Map<string, HostSecret>();
  for (const secret of secrets) {
    const key = `${secret.host} ${secret.path}`;
    if (!byFile.has(key)) byFile.set(key, secret);
  }
  return [...byFile.values()];
}
