import { createHmac, randomBytes } from "node:crypto";
import { Worker } from "node:worker_threads";

/** Compares passwords with bcrypt hashes. */
export interface PasswordChecker {
  /** Undefined where too many others wait already: a flood of guesses must not pile up. */
  readonly check: (password: string, hash: string) => Promise<boolean | undefined>;
  readonly end: () => void;
}

/** Right ones are few: one for each user. Wrong ones are kept apart, so that guesses push out no right one. */
const keptRight = 128;
const keptWrong = 1_024;
const maxWaiting = 32;

/**
 * Computes in a thread of its own, one at a time, and remembers the outcomes, so that a scraper with a password costs a
 * hash once. What is remembered is a digest with a key that lives as long as the process, never a password. A changed
 * hash is another entry, so that a changed web config is in force at once.
 */
export function checkPasswords(script: URL): PasswordChecker {
  const key = randomBytes(32);
  const right = new Set<string>();
  const wrong = new Set<string>();
  const running = new Map<string, Promise<boolean>>();
  const waiting = new Map<
    number,
    { readonly resolve: (isRight: boolean) => void; readonly reject: (error: Error) => void }
  >();
  let worker: Worker | undefined;
  let last = 0;

  const start = (): Worker => {
    const started = new Worker(script, { name: "passwords" });
    started.unref();
    started.on("message", ({ id, isRight }: { id: number; isRight: boolean }) => {
      waiting.get(id)?.resolve(isRight);
      waiting.delete(id);
    });
    const fail = (error: Error): void => {
      if (worker === started) worker = undefined;
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    };
    started.on("error", fail);
    started.on("exit", () => fail(new Error("the thread that compares passwords ended")));
    return started;
  };
  const compute = async (password: string, hash: string, digest: string): Promise<boolean> => {
    worker ??= start();
    const id = ++last;
    const isRight = await new Promise<boolean>((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      worker?.postMessage({ id, password, hash });
    });
    remember(isRight ? right : wrong, digest, isRight ? keptRight : keptWrong);
    return isRight;
  };
  return {
    check: async (password, hash) => {
      const digest = createHmac("sha256", key).update(`${hash}\0${password}`).digest("base64");
      if (right.has(digest)) return true;
      if (wrong.has(digest)) return false;
      const shared = running.get(digest);
      if (shared !== undefined) return shared;
      if (running.size >= maxWaiting) return undefined;
      const computed = compute(password, hash, digest).finally(() => running.delete(digest));
      running.set(digest, computed);
      return computed;
    },
    end: () => void worker?.terminate(),
  };
}

/** The oldest go where there are too many. */
function remember(kept: Set<string>, digest: string, atMost: number): void {
  kept.add(digest);
  for (const oldest of kept) {
    if (kept.size <= atMost) break;
    kept.delete(oldest);
  }
}
