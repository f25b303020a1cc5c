import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";

/** How a process ended: its exit code, and the number of the signal that ended it, else 0. */
export interface Exit {
  readonly code: number;
  readonly signal: number;
}

/** PID 1 of a balancer, as `init.pl` serves it. Process ids are those inside. */
export interface Init {
  /** Starts a process in a session of its own and gives its id; 203 is the exit code of what cannot be started. */
  readonly spawn: (words: readonly string[], environment: Readonly<Record<string, string>>) => Promise<number>;
  /** Waits for the end of a process whose parent is PID 1. */
  readonly exitOf: (pid: number) => Promise<Exit>;
  readonly kill: (pid: number, signal: "TERM" | "KILL") => void;
  /** Waits until a daemon says by sd_notify that it is ready. */
  readonly readyOf: (pid: number) => Promise<void>;
}

/** Speaks with `init.pl` behind the pipes of a process; resolves when it is there. */
export async function openInit(child: ChildProcess): Promise<Init> {
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error("PID 1 has no pipes");
  const started = waitingRoom<number>();
  const ended = waitingRoom<Exit>();
  const ready = waitingRoom<void>();
  const isUp = Promise.withResolvers<void>();
  createInterface({ input: stdout }).on("line", (line) => {
    const [verb, ...words] = line.split(" ");
    const [first = 0, second = 0, third = 0] = words.map(Number);
    if (verb === "ready") isUp.resolve();
    else if (verb === "spawned") {
      ended.forget(second);
      ready.forget(second);
      started.arrive(first, second);
    } else if (verb === "exited") ended.arrive(first, { code: second, signal: third });
    else if (verb === "note") {
      const note = new Map(
        decodeURIComponent(words[0] ?? "")
          .split("\n")
          .map(pair),
      );
      if (note.get("READY") === "1") ready.arrive(Number(note.get("MAINPID")), undefined);
    }
  });
  child.once("exit", () => isUp.reject(new Error("PID 1 has ended")));
  await isUp.promise;
  let last = 0;
  return {
    spawn: (words, environment) => {
      last += 1;
      const variables = Object.entries(environment).map(([key, value]) => `${key}=${value}`);
      const rest = [...variables, ...words].map(encode);
      stdin.write(`spawn ${last} ${variables.length} ${rest.join(" ")}\n`);
      return started.wait(last);
    },
    exitOf: ended.wait,
    kill: (pid, signal) => void stdin.write(`kill ${pid} ${signal}\n`),
    readyOf: ready.wait,
  };
}

interface WaitingRoom<News> {
  readonly wait: (key: number) => Promise<News>;
  readonly arrive: (key: number, news: News) => void;
  readonly forget: (key: number) => void;
}

/** News by number, for those who ask before and after it comes. */
function waitingRoom<News>(): WaitingRoom<News> {
  const all = new Map<number, PromiseWithResolvers<News>>();
  const entry = (key: number): PromiseWithResolvers<News> => {
    const found = all.get(key) ?? Promise.withResolvers<News>();
    all.set(key, found);
    return found;
  };
  return {
    wait: (key) => entry(key).promise,
    arrive: (key, news) => entry(key).resolve(news),
    forget: (key) => void all.delete(key),
  };
}

function pair(line: string): readonly [string, string] {
  const at = line.indexOf("=");
  return [line.slice(0, at), line.slice(at + 1)];
}

/** Percent-encoding of every byte that the pipe's protocol could take for its own. */
function encode(word: string): string {
  return encodeURIComponent(word).replaceAll(
    /[!'()*~]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
