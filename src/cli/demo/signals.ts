/** The end of a demo, asked for by a signal. */
export interface Ending {
  readonly signal: AbortSignal;
  /** Number of the first signal; undefined while there was none. */
  readonly number: () => number | undefined;
  /** Back to how it was. */
  readonly release: () => void;
}

const numbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** Aborts at the first signal; at the second `hurry` is called, which has to end the process. */
export function endOnSignal(hurry: () => void): Ending {
  const ended = new AbortController();
  let first: number | undefined;
  const listeners = Object.entries(numbers).map(([name, number]) => {
    const listener = (): void => {
      if (first === undefined) {
        first = number;
        ended.abort();
      } else hurry();
    };
    process.on(name, listener);
    return { name, listener };
  });
  return {
    signal: ended.signal,
    number: () => first,
    release: () => {
      for (const { name, listener } of listeners) process.off(name, listener);
    },
  };
}
