/** Times of one kind of request. */
export interface Latencies {
  add(ms: number): void;
  readonly count: number;
  /** Largest, exact; in milliseconds. */
  readonly max: number;
  /** In milliseconds, at most 2% above the true one; undefined where nothing was added. */
  quantile(share: number): number | undefined;
}

/** Each bucket reaches 2% further than the one before, from 0.01 ms to over an hour: a thousand numbers, however long it runs. */
const growth = Math.log(1.02);
const smallest = 0.01;
const size = 1000;

export function createLatencies(): Latencies {
  const buckets = new Float64Array(size);
  let count = 0;
  let max = 0;
  return {
    add(ms) {
      const bucket = Math.ceil(Math.log(Math.max(ms, smallest) / smallest) / growth);
      buckets[Math.min(bucket, size - 1)] = (buckets[Math.min(bucket, size - 1)] ?? 0) + 1;
      count += 1;
      max = Math.max(max, ms);
    },
    get count() {
      return count;
    },
    get max() {
      return max;
    },
    quantile(share) {
      let left = Math.max(1, Math.ceil(share * count));
      for (const [bucket, number] of buckets.entries()) {
        left -= number;
        if (number > 0 && left <= 0) return Math.min(max, smallest * Math.exp(bucket * growth));
      }
      return undefined;
    },
  };
}
