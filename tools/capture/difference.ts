/**
 * What differs between two captures, one line for each value that is not the same: `- families.NAME` where it is gone,
 * `+ families.NAME` where it is new, `~ version: "1.0" → "1.1"` where it changed.
 */
export function differenceOf(before: unknown, after: unknown): readonly string[] {
  const [old, now] = [valuesOf(before), valuesOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((path) => {
    const [was, is] = [old.get(path), now.get(path)];
    if (was === is) return [];
    if (is === undefined) return [`- ${path}`];
    return was === undefined ? [`+ ${path}`] : [`~ ${path}: ${was} → ${is}`];
  });
}

/** Down to the families, each by its path. */
function valuesOf(capture: unknown, path: readonly string[] = []): ReadonlyMap<string, string> {
  const isInner = typeof capture === "object" && capture !== null && !Array.isArray(capture);
  if (!isInner || "type" in capture) return new Map([[path.join("."), JSON.stringify(capture)]]);
  return new Map(Object.entries(capture).flatMap(([key, value]) => [...valuesOf(value, [...path, key])]));
}
