import { describe, expect, it } from "vitest";
import type { Advert } from "../../../src/io/vrrp/advert.ts";
import { judge } from "../../../src/io/vrrp/clusters.ts";

const plain: Advert = {
  atMs: 0,
  vlans: [],
  family: 4,
  source: "192.0.2.11",
  destination: "224.0.0.18",
  version: 3,
  virtualRouterId: 51,
  priority: 254,
  intervalMs: 1000,
  addresses: ["192.0.2.100"],
};

/** Adverts of one sender, one a second. */
function sent(from: number, to: number, more: Partial<Advert> = {}): readonly Advert[] {
  return Array.from({ length: to - from + 1 }, (_, index) => ({ ...plain, atMs: (from + index) * 1000, ...more }));
}

const second: Partial<Advert> = { source: "192.0.2.12", priority: 253 };

describe("the judgement of adverts", () => {
  it("finds nothing wrong with one cluster that has one master", () => {
    expect(judge(sent(1, 5))).toEqual([
      {
        vlans: [],
        family: 4,
        virtualRouterId: 51,
        verdict: "one",
        clusters: [
          {
            addresses: ["192.0.2.100"],
            senders: [{ address: "192.0.2.11", priority: 254, intervalMs: 1000, version: 3, adverts: 5 }],
          },
        ],
      },
    ]);
  });

  it("calls two clusters with one id a collision, in whatever version they speak", () => {
    const other = sent(1, 3, { ...second, version: 2, addresses: ["192.0.2.200"] });
    expect(verdicts([...sent(1, 5), ...other])).toEqual(["collision"]);
  });

  it("tells members with different lists from a foreign cluster, since they share an address", () => {
    const more = sent(1, 5, { ...second, addresses: ["192.0.2.100", "192.0.2.101"] });
    expect(verdicts([...sent(1, 5), ...more])).toEqual(["different-lists"]);
  });

  it("calls it an election where the address moves, also when the old master sends once more", () => {
    const resigned = sent(5, 5, { priority: 0 });
    expect(verdicts([...sent(1, 4), ...resigned, ...sent(6, 9, second)])).toEqual(["election"]);
    expect(
      verdicts([...sent(1, 5), ...sent(4, 9, second).map((each) => ({ ...each, atMs: each.atMs + 500 }))]),
    ).toEqual(["election"]);
  });

  it("calls it a split brain where two members send on beside each other", () => {
    const beside = sent(1, 6, second).map((each) => ({ ...each, atMs: each.atMs + 300 }));
    expect(verdicts([...sent(1, 6), ...beside])).toEqual(["split-brain"]);
  });

  it("takes a sender that changes its addresses by its last word", () => {
    const [first] = judge([...sent(1, 3), ...sent(4, 6, { addresses: ["192.0.2.101"] })]);
    expect(first?.verdict).toBe("one");
    expect(first?.clusters.map(({ addresses }) => addresses)).toEqual([["192.0.2.101"]]);
  });

  it("keeps VLANs and families apart, each of which has ids of its own", () => {
    const others = [{ vlans: [7] }, { family: 6 as const }].map((more) => sent(1, 5, { ...more, addresses: ["x"] }));
    const all = judge([...sent(1, 5), ...others.flat()]);
    expect(all.map(({ verdict, vlans, family }) => ({ verdict, vlans, family }))).toEqual([
      { verdict: "one", vlans: [], family: 4 },
      { verdict: "one", vlans: [], family: 6 },
      { verdict: "one", vlans: [7], family: 4 },
    ]);
  });

  it("does not depend on the order in which adverts come", () => {
    const all = [...sent(1, 4), ...sent(5, 8, second), ...sent(1, 3, { virtualRouterId: 9 })];
    expect(judge(all.toReversed())).toEqual(judge(all));
  });
});

function verdicts(adverts: readonly Advert[]): readonly string[] {
  return judge(adverts).map(({ verdict }) => verdict);
}
