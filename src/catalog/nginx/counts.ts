/** Smallest number out of `total` that is more than a share; for test cases. */
export function above(share: number, total: number): number {
  return Math.floor(share * total) + 1;
}

/** A number out of `total` just below a share: one less than it, because rates are rounded. */
export function below(share: number, total: number): number {
  return Math.max(0, Math.floor(share * total) - 1);
}
