import { constants } from "node:fs";
import { lstat, mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Notification } from "./payload.ts";

/** In `/var/lib/stackwright`, which the unit makes (`StateDirectory`). */
export const defaultFolder = "/var/lib/stackwright/dead-letters";

/** One file; with the older ones the folder holds 20 MiB at most. */
const maxFileBytes = 4 * 1024 * 1024;
const olderFiles = 4;
const maxLineBytes = 64 * 1024;

/** A message that somebody did not get. One line of JSON each. */
export interface DeadLetter {
  /** RFC 3339, when it was given up. */
  readonly time: string;
  readonly receiver: string;
  readonly channel: string;
  readonly why: "refused" | "too late" | "unknown recipients" | "too many undelivered";
  readonly reason: string;
  readonly said?: string;
  /** When it was first tried. */
  readonly since: string;
  readonly status: "firing" | "resolved";
  readonly group: string;
  /** All of them, also those that are not listed. */
  readonly count: number;
  readonly alerts: readonly LetterAlert[];
}

interface LetterAlert {
  readonly status: string;
  readonly startsAt: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly summary?: string;
}

export interface DeadLetterFile {
  /** Resolves when it is on disk. Rejects with the system's error. */
  readonly append: (letter: DeadLetter) => Promise<void>;
}

export function alertsOf({ alerts }: Notification): readonly LetterAlert[] {
  return alerts.map(({ status, startsAt, labels, annotations }) => ({
    status,
    startsAt,
    labels,
    ...(annotations["summary"] === undefined ? {} : { summary: annotations["summary"] }),
  }));
}

/** `dead-letters.ndjson`, the newest; older ones are `dead-letters.1.ndjson` and so on. Readable for the service only. */
export function createDeadLetterFile(folder: string, limits = { maxFileBytes, olderFiles }): DeadLetterFile {
  let last: Promise<void> = Promise.resolve();
  const path = (age: number): string => join(folder, `dead-letters${age === 0 ? "" : `.${age}`}.ndjson`);

  async function write(line: string): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if ((await sizeOf(path(0))) + line.length > limits.maxFileBytes) await rotate();
    const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
    const handle = await open(path(0), flags, 0o600);
    try {
      await handle.appendFile(line);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  async function rotate(): Promise<void> {
    await rm(path(limits.olderFiles), { force: true });
    for (let age = limits.olderFiles - 1; age >= 0; age--) await renameIfThere(path(age), path(age + 1));
  }

  return {
    append: (letter) => {
      const line = `${lineOf(letter)}\n`;
      const written = last.then(() => write(line));
      last = written.catch(() => undefined);
      return written;
    },
  };
}

/** Fewer alerts are listed, and then none, until the line is short enough. */
function lineOf(letter: DeadLetter): string {
  for (let listed = letter.alerts.length; ; listed = Math.floor(listed / 2)) {
    const line = JSON.stringify({ ...letter, alerts: letter.alerts.slice(0, listed) });
    if (Buffer.byteLength(line) <= maxLineBytes || listed === 0) return line;
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await lstat(path)).size;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}

async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
