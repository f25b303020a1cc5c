import { renameSync, rmSync } from "node:fs";

/** Puts a file aside as `.1`, `.1` as `.2` and so on; what would be older than `keep` files goes. */
export function rotate(path: string, keep: number): void {
  if (keep === 0) {
    rmSync(path, { force: true });
    return;
  }
  for (let age = keep - 1; age >= 1; age--) renameWhereThere(`${path}.${age}`, `${path}.${age + 1}`);
  renameWhereThere(path, `${path}.1`);
}

function renameWhereThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
}
