import { type FSWatcher, realpathSync, watch } from "node:fs";
import { dirname, join } from "node:path";
import { fileErrorText } from "../io/file-error.ts";
import { digestsOf } from "../io/inventory-digest.ts";
import { type ExitCode, exit } from "./exit.ts";
import { say } from "./output.ts";

/** Editors save in several steps; this long after the last one the files are read. */
const quietMs = 120;

/**
 * Runs at once and whenever the inventory, or a file that its globs name, has other content, until SIGINT or SIGTERM.
 * Folders are watched, not files, so that a save by rename and a deletion are seen. An invalid save is reported and waited out.
 * `run` gives the globs of the inventory's own files, as far as it could read them.
 */
export async function watchInventory(
  file: string,
  run: () => Promise<readonly string[] | undefined>,
): Promise<ExitCode> {
  let last: string | undefined;
  let globs: readonly string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const watchers = new Map<string, FSWatcher>();

  const act = async (): Promise<void> => {
    const digest = await digestOf(file, globs);
    if (digest === last) return;
    if (digest === undefined) {
      last = undefined;
      say(`${file} is gone; waiting for it to come back`);
      return;
    }
    try {
      globs = (await run()) ?? globs;
    } catch (error) {
      say(`stackwright: ${fileErrorText(error)}`);
    }
    last = await digestOf(file, globs);
    follow();
    say(`watching ${file}; Ctrl-C ends it`);
  };
  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(act);
    }, quietMs);
  };
  const follow = (): void => {
    const folders = [
      dirname(file),
      dirname(targetOf(file)),
      ...globs.map((glob) => join(dirname(file), dirname(glob))),
    ];
    for (const folder of folders.filter((each) => !/[*?[{]/.test(each))) {
      if (watchers.has(folder)) continue;
      try {
        const watcher = watch(folder, later);
        watcher.on("error", () => watchers.delete(folder));
        watchers.set(folder, watcher);
      } catch {
        // A folder that is not there yet has nothing to watch; the next run looks again.
      }
    }
  };

  follow();
  await act();
  await new Promise<void>((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
  });
  clearTimeout(timer);
  for (const watcher of watchers.values()) watcher.close();
  await running;
  return exit.ok;
}

/** The file behind symbolic links, which is saved in a folder of its own. */
function targetOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

/** Digest of the inventory and of its own files; undefined while the inventory is gone. */
async function digestOf(file: string, globs: readonly string[]): Promise<string | undefined> {
  try {
    return (await digestsOf(file, globs)).all;
  } catch {
    return undefined;
  }
}
