import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { kinds } from "../../../src/catalog/index.ts";
import { readInventory } from "../../../src/inventory/read.ts";
import type { TakenId } from "../../../src/io/vrrp/clusters.ts";
import { compare, freeIds, segmentOf } from "../../../src/io/vrrp/compare.ts";
import { compile } from "../../../src/model/compile.ts";
import type { Model, Segment } from "../../../src/model/model.ts";

const model = modelOf("examples/meishi.yaml");
const frontend = segment("frontend");

function heard(virtualRouterId: number, senders: readonly string[], addresses: readonly string[]): TakenId {
  return {
    vlans: [],
    family: 4,
    virtualRouterId,
    verdict: "one",
    clusters: [
      {
        addresses,
        senders: senders.map((address) => ({ address, priority: 254, intervalMs: 1000, version: 3, adverts: 5 })),
      },
    ],
  };
}

describe("an inventory beside what was heard", () => {
  it("knows its own virtual IP by id, address and members", () => {
    const own = heard(51, ["198.51.100.12"], ["198.51.100.100"]);
    const { ours, contested, problems, toReserve } = compare(model, frontend, [own]);
    expect([ours.get(own), contested.size, problems, toReserve]).toEqual(["web", 0, [], []]);
  });

  it("reports a foreign cluster with our id at the inventory's virtual_router_id", () => {
    const foreign = heard(51, ["198.51.100.77"], ["198.51.100.200"]);
    const { problems, toReserve } = compare(model, frontend, [
      foreign,
      heard(60, ["198.51.100.78"], ["198.51.100.201"]),
    ]);
    expect(problems.map(({ path, message, hint }) => ({ path, message, hint }))).toEqual([
      {
        path: ["virtual_ips", "web", "virtual_router_id"],
        message:
          "virtual_router_id 51 on segment frontend is also used by a cluster that the inventory does not know: 198.51.100.77 for 198.51.100.200",
        hint: "write virtual_router_id: 61 here, and reserved_virtual_router_ids: [50, 51] under segments.frontend",
      },
    ]);
    expect(toReserve).toEqual([60]);
  });

  it("reports a member that the inventory does not have", () => {
    const { problems } = compare(model, frontend, [heard(51, ["198.51.100.11", "198.51.100.99"], ["198.51.100.100"])]);
    expect(problems).toHaveLength(1);
  });

  it("says nothing about ids that are reserved, or that are ours on another segment only", () => {
    const { problems, toReserve } = compare(model, frontend, [
      heard(50, ["198.51.100.1"], ["198.51.100.254"]),
      heard(52, ["198.51.100.1"], ["198.51.100.253"]),
    ]);
    expect([problems, toReserve]).toEqual([[], [52]]);
  });

  it("leaves other VLANs out", () => {
    const tagged = { ...heard(51, ["10.0.0.1"], ["10.0.0.100"]), vlans: [7] };
    expect(compare(model, frontend, [tagged])).toMatchObject({ problems: [], toReserve: [] });
  });
});

describe("the segment of an interface", () => {
  it("is the one that has its address, else the only one that names it", () => {
    expect(segmentOf(model, "bond0", ["203.0.113.9"])?.name).toBe("backend");
    expect(segmentOf(model, "eth1", [])?.name).toBe("backend");
    expect(segmentOf(model, "eth7", ["10.0.0.1"])).toBeUndefined();
  });
});

describe("free ids", () => {
  it("come after the highest that is known and begin again at 1", () => {
    expect(freeIds([heard(254, [], [])])).toEqual([255, 1, 2]);
    expect(freeIds([])).toEqual([1, 2, 3]);
  });

  it("are none of the inventory's, and none that are reserved", () => {
    const vips = [...model.virtualIps.values()].filter((vip) => vip.segment === "frontend");
    expect(freeIds([heard(52, [], [])], { segment: frontend, vips })).toEqual([53, 54, 55]);
  });
});

function modelOf(file: string): Model {
  const reading = readInventory(readFileSync(file));
  const compiled = reading.ok ? compile(reading.value, kinds).model : undefined;
  if (compiled === undefined) throw new Error(`${file} has errors`);
  return compiled;
}

function segment(name: string): Segment {
  const found = model.segments.get(name);
  if (found === undefined) throw new Error(`no segment ${name}`);
  return found;
}
