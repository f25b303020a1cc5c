/** Under which name a file of the operator's own is passed on: it comes from a path, and stands in a folder of ours. */
export function ownName(file: string): string {
  return `own-${file.replaceAll(/[^A-Za-z0-9._-]+/g, "-")}`;
}
