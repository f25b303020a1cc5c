import type { StoreError } from "./reply.ts";

export interface Refused {
  readonly index: number;
  readonly error: StoreError;
}

/**
 * Records whose requests were refused as a whole, each alone: a fault of the record or of the store? A record is guilty
 * when it is refused before and after another one is taken.
 */
export interface Suspects {
  /** `guilty`: never send it again. `everyone`: it looks as if whatever is sent were refused. */
  refused(refused: Refused, taken: number): "guilty" | "everyone" | "unclear";
  /** Takes those that are unclear, to be sent again. */
  take(): readonly Refused[];
}

/** So many refused one after the other, with none taken in between: it is the store. */
const mostInARow = 20;

export function createSuspects(): Suspects {
  const takenBefore = new Map<number, number>();
  let unclear: Refused[] = [];
  let inARow = 0;
  let takenAtLast = 0;
  return {
    refused(refused, taken) {
      inARow = taken === takenAtLast ? inARow + 1 : 1;
      takenAtLast = taken;
      const first = takenBefore.get(refused.index);
      if (first === undefined) takenBefore.set(refused.index, taken);
      else if (taken > first) return "guilty";
      unclear.push(refused);
      if (inARow < mostInARow) return "unclear";
      inARow = 0;
      return "everyone";
    },
    take() {
      const taken = unclear;
      unclear = [];
      return taken;
    },
  };
}
