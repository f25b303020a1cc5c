import { describe, expect, it } from "vitest";
import { buildOf } from "../random/built.ts";
import { diceOf } from "../random/dice.ts";
import { randomInventory } from "../random/inventory.ts";

const seeds = Array.from({ length: 40 }, (_, index) => 3001 + index);

describe("an inventory with some services twice on their hosts", () => {
  const outcomes = new Map<number, readonly string[]>();

  it.each(seeds)("is refused, or has every file of every service (seed %i)", (seed) => {
    const { value, twins } = withTwins(seed);
    const { problems, result } = buildOf(value);
    const errors = problems.filter(({ severity }) => severity === "error");
    outcomes.set(
      seed,
      errors.map(({ message }) => message),
    );
    expect(result === undefined).toBe(errors.length > 0);
    const places = (result?.artifacts ?? []).flatMap(({ installs }) =>
      installs.map(({ host, path }) => `${host}:${path}`),
    );
    expect(places.filter((place, index) => places.indexOf(place) !== index)).toEqual([]);
    if (twins.length === 0) expect(errors).toEqual([]);
  });

  it("is often enough refused for a unit, and often enough taken", () => {
    const all = [...outcomes.values()];
    expect(all.filter((messages) => messages.some((text) => text.includes("has one unit"))).length).toBeGreaterThan(5);
    expect(all.filter((messages) => messages.length === 0).length).toBeGreaterThan(2);
  });
});

/** A random inventory, with a copy of some services under another name and at other ports, so that only files are left to collide. */
function withTwins(seed: number): { readonly value: unknown; readonly twins: readonly string[] } {
  const dice = diceOf(seed);
  const value = randomInventory(seed);
  const services = Object.entries(value["services"] ?? {}).filter(([name]) => name !== "node");
  const chosen = dice.chance(0.1) ? [] : dice.some(services, dice.int(1, 2));
  const twins = chosen.map(([name, entry], index) => [
    `${name}-twin`,
    { ...entry, port: 30_000 + index, metrics: { port: 31_000 + index }, slos: undefined },
  ]);
  return {
    value: { ...value, services: { ...(value["services"] ?? {}), ...Object.fromEntries(twins) } },
    twins: chosen.map(([name]) => name),
  };
}
