/** True where a version such as `1.5.0` lies in a range such as `>=1.3.0 <1.6.0`; missing parts count as 0. */
export function satisfies(version: string, range: string): boolean {
  return range.split(/\s+/).every((condition) => {
    const [, op = ">=", bound = ""] = /^(>=|<=|>|<|=)?(.+)$/.exec(condition) ?? [];
    const order = compareVersions(version, bound);
    switch (op) {
      case ">=":
        return order >= 0;
      case "<=":
        return order <= 0;
      case ">":
        return order > 0;
      case "<":
        return order < 0;
      default:
        return order === 0;
    }
  });
}

/** Negative, zero or positive, part by part as numbers; what stands behind a hyphen is left out. */
export function compareVersions(a: string, b: string): number {
  const parts = (text: string): readonly number[] => (text.split("-")[0] ?? "").split(".").map(Number);
  const [left, right] = [parts(a), parts(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
