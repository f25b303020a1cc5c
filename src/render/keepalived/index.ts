import type { Artifact } from "../../artifact/artifact.ts";
import { place } from "../../artifact/place.ts";
import type { Model } from "../../model/model.ts";
import { managedHosts } from "../../model/services.ts";
import type { Signals } from "../../signals/signals.ts";
import { renderCheckScript } from "./check-script.ts";
import { renderConfig } from "./config.ts";
import { membersOf } from "./members.ts";
import { renderMetricsScript } from "./metrics-script.ts";
import { renderReleaseScript } from "./release-script.ts";
import { renderTable } from "./table.ts";
import { renderTrackFiles } from "./track.ts";
import { renderUnits } from "./units.ts";

/** keepalived on each managed host that takes virtual IPs: its config, checks, units and metrics. */
export function renderKeepalived(model: Model, signals: Signals): readonly Artifact[] {
  const files = membersOf(model).flatMap((member) => [
    renderConfig(member),
    renderTable(member),
    ...member.services.flatMap((service) => renderCheckScript(member, service)),
    renderMetricsScript(member),
    renderReleaseScript(member),
    renderTrackFiles(member),
    ...renderUnits(member, signals),
  ]);
  return place(files, managedHosts(model));
}
