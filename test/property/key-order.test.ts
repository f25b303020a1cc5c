import { describe, expect, it } from "vitest";
import { resultOf } from "../random/built.ts";
import { type Dice, diceOf } from "../random/dice.ts";
import { randomInventory } from "../random/inventory.ts";

const seeds = Array.from({ length: 30 }, (_, index) => 1001 + index);

describe("what is generated", () => {
  it.each(seeds)(
    "is the same, byte for byte, in two runs and with the keys of every map in another order (seed %i)",
    (seed) => {
      const value = randomInventory(seed);
      const { artifacts, secrets, manifest } = resultOf(value);
      const again = resultOf(value);
      expect(again.artifacts).toEqual(artifacts);
      expect(again.manifest).toEqual(manifest);
      const other = resultOf(shuffled(value, diceOf(seed)));
      expect(other.artifacts.map(({ path, content }) => [path, content])).toEqual(
        artifacts.map(({ path, content }) => [path, content]),
      );
      expect(other.artifacts.map(({ installs, mode, owner }) => [installs, mode, owner])).toEqual(
        artifacts.map(({ installs, mode, owner }) => [installs, mode, owner]),
      );
      expect(other.manifest).toEqual({ ...manifest, inventory_sha256: other.manifest.inventory_sha256 });
      expect(new Set(other.secrets.map((each) => JSON.stringify(each)))).toEqual(
        new Set(secrets.map((each) => JSON.stringify(each))),
      );
    },
  );

  it("takes the first leg of a host as its default, the one place where the order of keys speaks", () => {
    const inventory = (addresses: unknown): unknown => ({
      version: 1,
      platform: "p",
      segments: { a: { cidr: "192.0.2.0/24" }, b: { cidr: "198.51.100.0/24" }, c: { cidr: "203.0.113.0/24" } },
      hosts: { mon: { address: "203.0.113.1", segment: "c" }, web: { addresses } },
      services: { metrics: { kind: "prometheus", hosts: ["mon"] } },
    });
    const targets = (addresses: unknown): string =>
      resultOf(inventory(addresses)).artifacts.find(({ path }) => path.endsWith("/targets/node.json"))?.content ?? "";
    expect(targets({ a: "192.0.2.1", b: "198.51.100.1" })).toContain("192.0.2.1:9100");
    expect(targets({ b: "198.51.100.1", a: "192.0.2.1" })).toContain("198.51.100.1:9100");
  });
});

/** The same value with the keys of its maps in another order; the legs of a host keep theirs. */
function shuffled(value: unknown, dice: Dice, key = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, dice));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, shuffled(inner, dice, name)] as const);
  return Object.fromEntries(key === "addresses" ? entries : dice.shuffle(entries));
}
