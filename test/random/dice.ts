/** Random choices that a seed decides: the same seed gives the same choices on every machine. */
export interface Dice {
  /** From 0 up to, but not including, 1. */
  readonly real: () => number;
  /** A whole number from `min` to `max`, both included. */
  readonly int: (min: number, max: number) => number;
  readonly chance: (probability: number) => boolean;
  /** One of a list that is not empty. */
  readonly pick: <Item>(items: readonly Item[]) => Item;
  /** The list in another order. */
  readonly shuffle: <Item>(items: readonly Item[]) => Item[];
  /** So many different ones of a list, or all of it. */
  readonly some: <Item>(items: readonly Item[], count: number) => Item[];
}

/** Mulberry32, a small generator of 32 bits of state. */
export function diceOf(seed: number): Dice {
  let state = seed >>> 0;
  const real = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const int = (min: number, max: number): number => min + Math.floor(real() * (max - min + 1));
  const shuffle = <Item>(items: readonly Item[]): Item[] =>
    items
      .map((item) => ({ item, key: real() }))
      .sort((a, b) => a.key - b.key)
      .map(({ item }) => item);
  return {
    real,
    int,
    chance: (probability) => real() < probability,
    pick: (items) => {
      const item = items[int(0, items.length - 1)];
      if (item === undefined) throw new Error("nothing to pick from");
      return item;
    },
    shuffle,
    some: (items, count) => shuffle(items).slice(0, count),
  };
}
