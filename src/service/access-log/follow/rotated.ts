import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { idOf } from "./followed-file.ts";

/** A file into which a log was rotated and that can be read as it is. */
export interface Rotated {
  readonly path: string;
  readonly id: string;
  readonly bytes: number;
  readonly modifiedMs: number;
}

/**
 * The rotated files of a log that are not compressed, the oldest first: `NAME.2`, `NAME.1`, or with dates `NAME-20261121`.
 * Those that vanish meanwhile are left out.
 */
export async function rotatedFiles(path: string): Promise<readonly Rotated[]> {
  const name = basename(path);
  const names = (await readdir(dirname(path)))
    .filter((each) => each.startsWith(name) && /^(?:\.[0-9]+|[-.][0-9]{8}[-0-9]*)$/.test(each.slice(name.length)))
    .sort((a, b) => byAge(a.slice(name.length), b.slice(name.length)));
  const found: Rotated[] = [];
  for (const each of names) {
    const file = join(dirname(path), each);
    const status = await stat(file, { bigint: true }).catch(() => undefined);
    if (status?.isFile() !== true) continue;
    found.push({
      path: file,
      id: idOf(status.dev, status.ino),
      bytes: Number(status.size),
      modifiedMs: Number(status.mtimeMs),
    });
  }
  return found;
}

/** Numbers count backwards, dates forwards. */
function byAge(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => (/^\.[0-9]{1,7}$/.test(text) ? -Number(text.slice(1)) : undefined));
  if (left !== undefined && right !== undefined) return left - right;
  if (left !== undefined) return -1;
  if (right !== undefined) return 1;
  return a < b ? -1 : 1;
}
