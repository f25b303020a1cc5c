import type { WireFamily } from "./wire.ts";

/** Questions that wait for parts. */
export interface Answers {
  /** Resolves with all parts, or with undefined where the last has not come in time. */
  expect(ms: number): { readonly id: number; readonly parts: Promise<readonly WireFamily[] | undefined> };
  take(id: number, part: WireFamily | undefined, isLast: boolean): void;
  /** Nothing more will come. */
  giveUp(id: number): void;
}

export function createAnswers(): Answers {
  const open = new Map<number, { readonly parts: WireFamily[]; readonly end: (isWhole: boolean) => void }>();
  let lastId = 0;
  return {
    expect(ms) {
      const id = ++lastId;
      const { promise, resolve } = Promise.withResolvers<readonly WireFamily[] | undefined>();
      const parts: WireFamily[] = [];
      const end = (isWhole: boolean): void => {
        clearTimeout(timer);
        open.delete(id);
        resolve(isWhole ? parts : undefined);
      };
      const timer = setTimeout(() => end(false), ms).unref();
      open.set(id, { parts, end });
      return { id, parts: promise };
    },
    take(id, part, isLast) {
      const answer = open.get(id);
      if (part !== undefined) answer?.parts.push(part);
      if (isLast) answer?.end(true);
    },
    giveUp(id) {
      open.get(id)?.end(false);
    },
  };
}
