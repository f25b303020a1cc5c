import { createHash } from "node:crypto";
import { readFileSync, realpathSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { workFolder } from "./journal.ts";

/** The lock on an output folder. The kernel frees it when its holder dies. */
export interface TreeLock {
  readonly release: () => void;
}

/**
 * Waits for the lock of a folder, at most `waitMs`; then gives the text that says who holds it. The lock is a socket in
 * Linux' abstract namespace, named after the folder's real path, because Node has no `flock`: it needs no file that
 * could be left behind. It does not reach across network namespaces.
 */
export async function lockTree(root: string, waitMs: number): Promise<TreeLock | string> {
  const name = `\0stackwright-${createHash("sha256").update(realpathSync(root)).digest("hex").slice(0, 40)}`;
  const holder = join(root, workFolder, "holder");
  const attempts = Math.max(1, Math.ceil(waitMs / 50));
  for (let attempt = 0; attempt < attempts; attempt++) {
    const server = await listen(name);
    if (server !== undefined) {
      server.unref();
      writeFileSync(holder, `${process.pid}\n`);
      return { release: () => void server.close() };
    }
    await sleep(50);
  }
  return whoHolds(holder);
}

function listen(name: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", (error) =>
      "code" in error && error.code === "EADDRINUSE" ? resolve(undefined) : reject(error),
    );
    server.listen({ path: name }, () => resolve(server));
  });
}

function whoHolds(holder: string): string {
  try {
    return `process ${readFileSync(holder, "utf8").trim()}`;
  } catch {
    return "another process";
  }
}
