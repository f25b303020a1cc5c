/** The candidate that differs from `name` by the fewest edits, if it is near enough to be what was meant. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let limit = Math.max(1, Math.min(4, Math.floor(name.length / 3)));
  let best: string | undefined;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) > limit || candidate === name) continue;
    const distance = edits(name, candidate, limit);
    if (distance > limit) continue;
    best = candidate;
    limit = distance - 1;
    if (limit < 1) break;
  }
  return best;
}

/**
 * Edit distance with swaps of neighbours; anything above `limit` if it is more than that. Only the band around the
 * diagonal is worked out: there may be ten thousand candidates.
 */
function edits(one: string, other: string, limit: number): number {
  const beyond = limit + 1;
  let beforeLast: number[] = [];
  let last: number[] = [];
  for (let column = 0; column <= Math.min(other.length, limit); column++) last[column] = column;
  for (let row = 1; row <= one.length; row++) {
    const line: number[] = [];
    const first = Math.max(0, row - limit);
    let least = beyond;
    for (let column = first; column <= Math.min(other.length, row + limit); column++) {
      let value = column === 0 ? row : (last[column - 1] ?? beyond) + (one[row - 1] === other[column - 1] ? 0 : 1);
      value = Math.min(value, (last[column] ?? beyond) + 1, (line[column - 1] ?? beyond) + 1);
      const isSwap = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      if (isSwap) value = Math.min(value, (beforeLast[column - 2] ?? beyond) + 1);
      line[column] = value;
      least = Math.min(least, value);
    }
    if (least > limit) return beyond;
    beforeLast = last;
    last = line;
  }
  return last[other.length] ?? beyond;
}
