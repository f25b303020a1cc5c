import { Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import type { Observation } from "../../../src/service/asking/questions.ts";
import type { InventoryState } from "../../../src/service/inventory/keeper.ts";
import { type Facts, snapshotOf } from "../../../src/service/inventory/snapshot.ts";
import { printFamilies } from "../../../src/service/metrics/exposition.ts";
import { registerOwn } from "../../../src/service/metrics/own.ts";
import { buildText } from "../../real/lab/stack.ts";

function stateOf(hosts: readonly string[], more: Partial<InventoryState> = {}, service = "web"): InventoryState {
  const result = buildText(`
version: 1
platform: tiny
environment: test
segments: { lan: { cidr: 192.0.2.0/24 } }
hosts: { ${hosts.map((name, index) => `${name}: { address: 192.0.2.${index + 1}, segment: lan }`).join(", ")} }
services: { ${service}: { kind: nginx, hosts: [${hosts.join(", ")}] } }
`);
  const snapshot = snapshotOf({ diagnostics: [], accepted: [], result }, new Set());
  const facts: Facts | undefined = snapshot.facts;
  return {
    ...{ file: "/i.yaml", snapshot, facts, factsSinceMs: 0, lastReadMs: 60_000 },
    ...{ failure: undefined, digest: "a", generation: undefined, ...more },
  };
}

const seeing: Observation = {
  ...{ by: "a", atMs: 0, seen: new Map([["web", 1]]), known: new Map(), down: new Map(), held: new Map() },
};

describe("the service's own metrics", () => {
  it("follow the inventory and Prometheus from scrape to scrape, and leave nothing behind", async () => {
    let [state, latest]: [InventoryState, Observation | undefined] = [stateOf(["a", "b"]), undefined];
    const registry = new Registry();
    registerOwn(registry, { inventory: () => state, observations: () => ({ latest, servers: [] }) });
    const scrape = async (): Promise<string> => printFamilies(await registry.getMetricsAsJSON(), "text");

    const first = await scrape();
    expect(first).toContain('stackwright_service_targets_expected{target_service="web"} 2\n');
    expect(first).toContain("stackwright_inventory_last_load_timestamp_seconds 60\n");
    expect(first).not.toMatch(/^stackwright_(service_targets_seen|generate_last_success)/m);
    latest = seeing;
    expect(await scrape()).toContain('stackwright_service_targets_seen{target_service="web"} 1\n');
    expect(await scrape()).toContain('stackwright_service_targets_seen{target_service="node"} 0\n');
    state = stateOf(["a"], {}, "edge");
    expect(await scrape()).toContain('stackwright_service_targets_seen{target_service="edge"} 0\n');
    expect(await scrape()).not.toContain('target_service="web"');
    latest = undefined;
    state = stateOf(["a"]);
    const last = await scrape();
    expect(last).toContain('stackwright_service_targets_expected{target_service="web"} 1\n');
    expect(last).not.toMatch(/^stackwright_service_targets_seen\{/m);
  });

  it("tell when the tree changed only where it is this platform's", async () => {
    const of = async (platform: string): Promise<string> => {
      const generation = { atMs: 5_000, inventory: "x", platform, environment: "test" };
      const registry = new Registry();
      const state = stateOf(["a"], { generation });
      registerOwn(registry, { inventory: () => state, observations: () => ({ latest: undefined, servers: [] }) });
      return printFamilies(await registry.getMetricsAsJSON(), "text");
    };
    expect(await of("tiny")).toContain("\nstackwright_generate_last_success_timestamp_seconds 5\n");
    expect(await of("other")).not.toMatch(/^stackwright_generate_last_success_timestamp_seconds \d/m);
  });

  it("say that nothing is in force before anything was read", async () => {
    const state: InventoryState = {
      ...{ file: "/i.yaml", snapshot: undefined, facts: undefined, factsSinceMs: undefined, lastReadMs: undefined },
      ...{ failure: "gone", digest: undefined, generation: undefined },
    };
    const registry = new Registry();
    registerOwn(registry, { inventory: () => state, observations: () => ({ latest: undefined, servers: [] }) });
    const page = printFamilies(await registry.getMetricsAsJSON(), "text");
    expect(page).toContain("\nstackwright_inventory_valid 0\n");
    expect(page).toContain("\nstackwright_sd_inventory_ok 0\n");
    expect(page).not.toMatch(/^stackwright_(inventory_problems|inventory_last_load)[^#]* \d/m);
  });
});
