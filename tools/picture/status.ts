// Draws the status page of the exporter service for the reference inventory: `node tools/picture/status.ts [FOLDER]` writes
// status-page.png and status-page-phone.png into docs/. Needs Chromium. The page is the service's own; what Prometheus says
// is made up here, so that the same source gives the same picture.
import { fileURLToPath } from "node:url";
import { load } from "../../src/cli/load.ts";
import { version } from "../../src/io/version.ts";
import type { Observations } from "../../src/service/asking/observer.ts";
import type { InventoryState } from "../../src/service/inventory/keeper.ts";
import { type Facts, snapshotOf } from "../../src/service/inventory/snapshot.ts";
import { drawPage } from "../../src/service/page/page.ts";
import { statusOf } from "../../src/service/page/status.ts";
import { screenshot } from "./screenshot.ts";

const nowMs = Date.parse("2026-11-21T03:12:45Z");
const folder = process.argv[2] ?? fileURLToPath(new URL("../../docs", import.meta.url));
const loaded = await load(fileURLToPath(new URL("../../examples/meishi.yaml", import.meta.url)));
const snapshot = snapshotOf(loaded, new Set());
if (snapshot.facts === undefined) throw new Error("the reference inventory has errors");
const { facts } = snapshot;
const inventory: InventoryState = {
  ...{ file: "/etc/stackwright/inventory.yaml", snapshot, facts, failure: undefined, digest: "a" },
  ...{ factsSinceMs: nowMs - 7_200_000, lastReadMs: nowMs - 21_000 },
  generation: { atMs: nowMs - 7_260_000, inventory: "a", platform: facts.platform, environment: facts.environment },
};
const status = statusOf(inventory, madeUp(facts), {
  ...{ nowMs, version, startedMs: nowMs - 4 * 86_400_000, accessFailure: undefined },
});
const page = drawPage(status);
await screenshot(page, { width: 1_280, height: 1_180 }, `${folder}/status-page.png`);
process.stderr.write(`wrote ${folder}/status-page.png\n`);

/** One application instance is down, one virtual IP has moved. */
function madeUp({ services, virtualIps, prometheus }: Facts): Observations {
  const [by = { instance: "" }] = prometheus;
  const broken = services.find(({ kind, expected }) => kind === "nodejs" && expected > 1)?.name ?? "";
  const { port, instances } = loaded.result?.model.services.get(broken) ?? { port: 0, instances: [] };
  const known = new Map(services.map(({ name, expected }) => [name, expected]));
  return {
    servers: prometheus.map(({ instance }) => ({ instance, type: "answers", atMs: nowMs - 12_000 })),
    latest: {
      by: by.instance,
      atMs: nowMs - 12_000,
      known,
      seen: new Map([...known].map(([name, count]) => [name, name === broken ? count - 1 : count])),
      down: new Map([[broken, [`${instances[0]?.host.name}:${port}`]]]),
      held: new Map(
        virtualIps.map(({ name, members }, index) => [
          name,
          new Map(members.map((member, at) => [member, at === (index === 1 ? 1 : 0)])),
        ]),
      ),
    },
  };
}
