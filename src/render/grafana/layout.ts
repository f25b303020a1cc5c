/** Where a panel stands, in columns of 24 and grid rows. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

const columns = 24;

/** Places boxes from left to right, and below each other where a line is full; `y` is where the next line begins. */
export function flow(
  boxes: readonly { readonly w: number; readonly h: number }[],
  top: number,
): { readonly places: readonly Place[]; readonly bottom: number } {
  const places: Place[] = [];
  let [x, y, tallest] = [0, top, 0];
  for (const { w: wanted, h } of boxes) {
    const w = Math.min(wanted, columns);
    if (x + w > columns) [x, y, tallest] = [0, y + tallest, 0];
    places.push({ x, y, w, h });
    x += w;
    tallest = Math.max(tallest, h);
  }
  return { places, bottom: y + tallest };
}

const idSpace = 1_000_000;

/**
 * Ids for the panels of one dashboard from their names, so that a link to a panel stays right when others come and
 * go. Equal names, and names that fall on the same number, take the next free one.
 */
export function idsFor(names: readonly string[]): readonly number[] {
  const taken = new Set<number>();
  return names.map((name) => {
    let id = (hash(name) % idSpace) + 1;
    while (taken.has(id)) id = (id % idSpace) + 1;
    taken.add(id);
    return id;
  });
}

/** FNV-1a with 32 bits, http://www.isthe.com/chongo/tech/comp/fnv/ */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  return value;
}
