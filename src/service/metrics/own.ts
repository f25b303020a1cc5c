import { Gauge, type Registry } from "prom-client";
import { version } from "../../io/version.ts";
import type { Observations } from "../asking/observer.ts";
import { type InventoryState, isCurrent } from "../inventory/keeper.ts";

/** Where the numbers come from; asked at each scrape, so that what is gone leaves no series behind. */
export interface Sources {
  readonly inventory: () => InventoryState;
  readonly observations: () => Observations;
}

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

/** Registers the families that `src/catalog/stackwright` declares, all but the bridge's. What is unknown has no sample. */
export function registerOwn(registry: Registry, { inventory, observations }: Sources): void {
  /** `source` is what the samples are made of: as long as it is the same, so are they. Without it they are made anew. */
  const gauge = (
    name: string,
    help: string,
    labelNames: readonly string[],
    samples: () => readonly Sample[],
    source?: () => readonly unknown[],
  ): void => {
    let before: readonly unknown[] | undefined;
    new Gauge({
      name: `stackwright_${name}`,
      help,
      labelNames,
      registers: [registry],
      collect() {
        const now = source?.();
        if (now !== undefined && before?.every((part, index) => part === now[index]) === true) return;
        before = now;
        this.reset();
        // A gauge without labels begins with 0, which would be a claim.
        if (labelNames.length === 0) this.remove();
        for (const [labels, value] of samples()) this.set({ ...labels }, value);
      },
    });
  };
  const single = (value: number | undefined): readonly Sample[] => (value === undefined ? [] : [[{}, value]]);
  const seconds = (ms: number | undefined): readonly Sample[] => single(ms === undefined ? undefined : ms / 1000);

  gauge("build_info", "The version of the exporter service; always 1.", ["version"], () => [[{ version }, 1]]);
  gauge("inventory_valid", "1 while the inventory can be read and has no errors.", [], () =>
    single(isCurrent(inventory()) ? 1 : 0),
  );
  gauge("inventory_problems", "Problems in the inventory as it was last read.", ["severity"], () => {
    const { snapshot } = inventory();
    if (snapshot === undefined) return [];
    return [
      [{ severity: "error" }, snapshot.errors],
      [{ severity: "warning" }, snapshot.warnings],
    ];
  });
  gauge(
    "inventory_last_load_timestamp_seconds",
    "When the inventory was last read and judged, changed or not, with errors or without.",
    [],
    () => seconds(inventory().lastReadMs),
  );
  gauge(
    "generate_last_success_timestamp_seconds",
    "When generate last changed the tree beside the inventory; missing where there is none.",
    [],
    () => seconds(generatedAt(inventory())),
  );
  gauge(
    "sd_inventory_ok",
    "1 while the target lists are those of the inventory as it is, 0 while old ones are given out.",
    [],
    () => single(isCurrent(inventory()) ? 1 : 0),
  );
  gauge(
    "sd_targets",
    "Targets in the list of each scrape config.",
    ["sd_job"],
    () => [...(inventory().facts?.discovery[0].jobs ?? [])].map(([job, { targets }]) => [{ sd_job: job }, targets]),
    () => [inventory().facts],
  );
  const expecting = (): readonly { readonly name: string; readonly expected: number }[] =>
    (inventory().facts?.services ?? []).filter(({ expected }) => expected > 0);
  gauge(
    "service_targets_expected",
    "Scrape targets of a service by the inventory.",
    ["target_service"],
    () => expecting().map(({ name, expected }) => [{ target_service: name }, expected]),
    () => [inventory().facts],
  );
  gauge(
    "service_targets_seen",
    "Targets of a service that Prometheus scrapes with success; missing while no Prometheus answers.",
    ["target_service"],
    () => {
      const { latest } = observations();
      if (latest === undefined) return [];
      return expecting().map(({ name }) => [{ target_service: name }, latest.seen.get(name) ?? 0]);
    },
    () => [inventory().facts, observations().latest],
  );
}

/** The time of a tree that is the inventory's; another platform's tree beside it says nothing. */
export function generatedAt({ generation, facts }: InventoryState): number | undefined {
  if (generation === undefined) return undefined;
  const isOurs =
    facts === undefined || (generation.platform === facts.platform && generation.environment === facts.environment);
  return isOurs ? generation.atMs : undefined;
}
