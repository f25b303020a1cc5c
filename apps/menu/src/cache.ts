/** Keeps texts for a while. Either operation may fail; the caller does without. */
export interface Cache {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, ttlMs: number): Promise<void>;
}

/** A cache of this process: at most `maxEntries`, the oldest go first. */
export function createMemoryCache({ maxEntries, now = Date.now }: { maxEntries: number; now?: () => number }): Cache {
  const entries = new Map<string, { readonly value: string; readonly until: number }>();
  return {
    async get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      if (entry.until > now()) return entry.value;
      entries.delete(key);
      return undefined;
    },
    async set(key, value, ttlMs) {
      // A Map is ordered by insertion, so its first key is the oldest.
      entries.delete(key);
      const [oldest] = entries.keys();
      if (entries.size >= maxEntries && oldest !== undefined) entries.delete(oldest);
      entries.set(key, { value, until: now() + ttlMs });
    },
  };
}
