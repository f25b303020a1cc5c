import type { Artifact } from "../../artifact/artifact.ts";
import { ownName } from "../../artifact/own-name.ts";
import type { Path } from "../../diagnostics/path.ts";
import type { Model } from "../../model/model.ts";
import { dashboardFolder, grafanaHosts } from "./provisioning.ts";

/** A dashboard of the operator's own, as it was read. */
export interface OwnDashboard {
  readonly file: string;
  readonly content: string;
  readonly source: Path;
}

/** Own dashboards beside ours, as they are; only their place is ours. */
export function renderOwnDashboards(model: Model, dashboards: readonly OwnDashboard[]): readonly Artifact[] {
  const hosts = grafanaHosts(model);
  return dashboards.map(({ file, content, source }) => {
    const name = ownName(file);
    return {
      path: `dashboards/${name}`,
      content,
      mode: 0o644,
      owner: "root:root",
      generator: "render/grafana",
      source: [source],
      installs: hosts.map((host) => ({ host, path: `${dashboardFolder}/${name}` })),
    };
  });
}
