import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { endGroups, killGroups, type Leader } from "./groups.ts";
import { processFacts, runVariable } from "./process-facts.ts";
import type { Run } from "./runs.ts";

/** What to start. */
export interface Command {
  /** Names its log, and it in messages. */
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** Beside `PATH` and the like of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** What asks others has a higher one, and ends before them; 0 unless said. */
  readonly stage?: number;
  /** Files that it appends to and nobody rotates; they are cut when they grow. */
  readonly appendsTo?: readonly string[];
  /** False where what it prints is told elsewhere too, and would only fill the disk. */
  readonly keepsOutput?: boolean;
}

/** A process that was started. */
export interface Started {
  readonly name: string;
  /** Resolves with how it ended by itself, in words: `ended with code 1`. Never, where it was ended. */
  readonly ended: Promise<string>;
  /** The last lines that it printed. */
  readonly lastLines: () => string;
}

/** Starts processes and ends all of them, also after a kill of its own: by then the next run does. */
export interface Supervisor {
  readonly start: (command: Command) => Started;
  /** Tells a later run where this one can be looked at. */
  readonly announce: (address: string) => void;
  /** Ends everything, stage by stage; resolves with the names of those that had to be forced. */
  readonly end: () => Promise<readonly string[]>;
  /** Forces everything to end at once, for when nobody wants to wait. */
  readonly kill: () => void;
}

/** What has no business in the environment of what we start; addresses of somebody's databases least of all. */
const withheld =
  /^(OTEL_|TELEMETRY_|UPSTREAM_|npm_|(NODE_OPTIONS|NODE_USE_ENV_PROXY|NODE_V8_COVERAGE|HOST|PORT|MENU_FILE|MYSQL_URL|REDIS_URL|STATE_DIRECTORY)$)/;
const patienceMs = 6_000;
const mostLogBytes = 16 * 1024 * 1024;

export function supervise(run: Run): Supervisor {
  const { folder } = run;
  const leaders: Leader[] = [];
  const stages = new Map<number, number>();
  const logs = new Set<string>();
  let address: string | undefined;
  let isEnding = false;
  const record = (): void => run.record({ started: leaders, ...(address === undefined ? {} : { address }) });
  mkdirSync(join(folder, "log"), { recursive: true });
  const bound = setInterval(() => {
    for (const log of logs) cut(log);
  }, 30_000);
  bound.unref();

  return {
    start: ({ name, file, args, cwd = folder, env = {}, stage = 0, appendsTo = [], keepsOutput = true }) => {
      const log = join(folder, "log", `${name}.log`);
      for (const each of [log, ...appendsTo]) logs.add(each);
      const output = openSync(log, "a", 0o600);
      const kept = Object.entries(process.env).filter(([key]) => !withheld.test(key));
      const child = spawn(file, args, {
        cwd,
        env: { ...Object.fromEntries(kept), ...env, [runVariable]: folder },
        // A group of its own: Ctrl-C at the terminal is for us, and we end things in order.
        detached: true,
        stdio: ["ignore", keepsOutput ? output : "ignore", output],
      });
      closeSync(output);
      const facts = child.pid === undefined ? undefined : processFacts(child.pid);
      if (facts !== undefined) {
        leaders.push({ name, pid: facts.pid, startedAt: facts.startedAt });
        stages.set(facts.pid, stage);
        record();
      }
      const ended = new Promise<string>((resolve) => {
        const tell = (how: string): void => {
          if (!isEnding) resolve(how);
        };
        child.once("error", (error) => tell(`cannot be started: ${error.message}`));
        child.once("exit", (code, signal) => tell(`ended ${signal === null ? `with code ${code}` : `by ${signal}`}`));
      });
      return { name, ended, lastLines: () => lastLinesOf(log) };
    },
    announce: (at) => {
      address = at;
      record();
    },
    end: async () => {
      if (isEnding) return [];
      isEnding = true;
      clearInterval(bound);
      const forced: string[] = [];
      // What asks ends before what is asked, so that nothing is lost on the way.
      for (const stage of [...new Set(stages.values())].toSorted((a, b) => b - a))
        forced.push(
          ...(await endGroups(
            leaders.filter(({ pid }) => stages.get(pid) === stage),
            { folder: never, patienceMs },
          )),
        );
      forced.push(...(await endGroups(leaders, { folder, patienceMs })));
      return forced;
    },
    kill: () => {
      isEnding = true;
      killGroups(leaders, folder);
    },
  };
}

/** A folder that no process has anything to do with. */
const never = "\0";

function cut(log: string): void {
  // Those who write append, so they go on at the new end.
  if ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) > mostLogBytes) truncateSync(log);
}

function lastLinesOf(log: string): string {
  const lines = readFileSync(log, "utf8").trimEnd().split("\n");
  return lines
    .slice(-5)
    .map((line) => line.slice(0, 300))
    .join("\n");
}
