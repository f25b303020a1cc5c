import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, fstatSync, mkdtempSync, openSync, readFileSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Elasticsearch } from "../elasticsearch.ts";
import { freePort } from "../lab/bench.ts";
import { openGate } from "./gate.ts";
import { isBalanced, type LogScrape, scrape } from "./scrapes.ts";
import { deadNumbers, prepareDataStream, storedNumbers } from "./stored.ts";

export interface Trial {
  readonly lines: number;
  /** Lines a second. */
  readonly rate: number;
  /** How often the application is killed by SIGKILL, at random moments. */
  readonly kills: number;
  /** How long the store refuses connections, from a third of the lines on. */
  readonly outageMs: number;
  /** Each so-manyth line does not fit into the mapping. */
  readonly poisonEvery: number;
}

/** What has become of the lines, counted apart from the library. */
export interface Account {
  /** Lines whose call returned. */
  readonly accepted: number;
  /** Lines whose call had begun when the application was killed. */
  readonly unclear: number;
  readonly stored: number;
  readonly deadLettered: number;
  /** Accepted, but neither stored nor in the dead-letter file. */
  readonly lost: number;
  /** Stored more than once, or stored and in the dead-letter file, or twice in that file. */
  readonly twice: number;
  /** Stored or dead, but never written. */
  readonly strangers: number;
  readonly kills: number;
  readonly scrapes: number;
  /** Scrapes on which the equation did not hold. */
  readonly unbalanced: readonly LogScrape[];
  /** The last one. */
  readonly end: LogScrape;
  /** Resident memory of the application from the outage on, above what it was before, in bytes; with kills it means nothing. */
  readonly growthBytes: number;
  /** From the end of the writing until all was delivered. */
  readonly catchUpMs: number;
}

const writer = fileURLToPath(new URL("writer.ts", import.meta.url));

/** Runs an application with the library in its default mode through kills and an outage, and counts. */
export async function accountFor(trial: Trial, elasticsearch: Elasticsearch): Promise<Account> {
  const dataStream = `logs-durability.${Date.now().toString(36)}-test`;
  await prepareDataStream(elasticsearch);
  const folder = mkdtempSync(join(tmpdir(), "durability-"));
  const gate = await openGate(elasticsearch.url);
  const paths = { account: join(folder, "account"), logs: join(folder, "logs"), stderr: join(folder, "stderr") };
  const application = { trial, paths, dataStream, store: gate.url, port: await freePort() };
  const seen: LogScrape[] = [];
  let child: ChildProcess | undefined;
  let isDone = false;
  const watching = (async () => {
    while (!isDone) {
      const found = await scrape(`http://127.0.0.1:${application.port}/metrics`);
      if (found !== undefined) seen.push(found);
      await sleep(1_000);
    }
  })();
  let outageAt = Number.POSITIVE_INFINITY;
  const outage = (async () => {
    while (!isDone && lastNumber(paths.account) < trial.lines / 3) await sleep(50);
    if (trial.outageMs === 0) return;
    outageAt = seen.length;
    await gate.close();
    await sleep(trial.outageMs);
    await gate.open();
  })();
  try {
    const meanMs = ((trial.lines / trial.rate) * 1_000) / (trial.kills + 1);
    for (let kill = 0; kill < trial.kills; kill++) {
      child = start(application);
      const before = lastNumber(paths.account);
      // Every fourth time while it starts.
      if (kill % 4 === 3) await sleep(Math.random() * 1_000);
      else {
        await until(() => lastNumber(paths.account) > before || before === trial.lines - 1, 30_000);
        await sleep(Math.random() * 2 * meanMs);
      }
      await killHard(child);
    }
    child = start(application);
    await until(() => lastNumber(paths.account) === trial.lines - 1, (trial.lines / trial.rate) * 2_000 + 30_000);
    const writtenAt = performance.now();
    await outage;
    await until(async () => {
      const found = await scrape(`http://127.0.0.1:${application.port}/metrics`);
      if (found !== undefined) seen.push(found);
      return found?.buffered === 0;
    }, 60_000);
    const catchUpMs = performance.now() - writtenAt;
    isDone = true;
    await watching;
    const [end] = seen.slice(-1);
    if (end === undefined) throw new Error("nothing was scraped");
    const resident = seen.map(({ residentBytes }) => residentBytes);
    return {
      ...(await compare(elasticsearch, dataStream, paths)),
      kills: trial.kills,
      scrapes: seen.length,
      unbalanced: seen.filter((each) => !isBalanced(each)),
      end,
      growthBytes: Math.max(0, ...resident.slice(outageAt)) - Math.max(...resident.slice(0, outageAt)),
      catchUpMs,
    };
  } catch (error) {
    const said = existsSync(paths.stderr) ? readFileSync(paths.stderr, "utf8").slice(-2_000) : "";
    throw new Error(`the trial came to no end; the application said: ${said}`, { cause: error });
  } finally {
    isDone = true;
    if (child !== undefined) await killHard(child);
    await Promise.all([outage, watching]);
    await gate.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compare(elasticsearch: Elasticsearch, dataStream: string, paths: Paths) {
  const { accepted, unclear } = readAccount(paths.account);
  const stored = await storedNumbers(elasticsearch, dataStream);
  const deadLetters = join(paths.logs, "dead-letters.ndjson");
  const dead = existsSync(deadLetters) ? deadNumbers(readFileSync(deadLetters, "utf8")) : [];
  const found = new Map<number, number>();
  for (const number of [...stored, ...dead]) found.set(number, (found.get(number) ?? 0) + 1);
  return {
    accepted: accepted.size,
    unclear: unclear.size,
    stored: await elasticsearch.count(dataStream),
    deadLettered: dead.length,
    lost: [...accepted].filter((number) => !found.has(number)).length,
    twice: [...found.values()].filter((times) => times > 1).length,
    strangers: [...found.keys()].filter((number) => !accepted.has(number) && !unclear.has(number)).length,
  };
}

interface Paths {
  readonly account: string;
  readonly logs: string;
  readonly stderr: string;
}

interface Application {
  readonly trial: Trial;
  readonly paths: Paths;
  readonly dataStream: string;
  readonly store: string;
  readonly port: number;
}

function start({ trial, paths, dataStream, store, port }: Application): ChildProcess {
  const flags = ["--conditions=stackwright-source", "--import", "@stackwright/telemetry/register"];
  const first = lastNumber(paths.account) + 1;
  const numbers = [first, trial.lines, trial.rate, trial.poisonEvery].map(String);
  const stderr = openSync(paths.stderr, "a");
  const child = spawn(process.execPath, [...flags, writer, paths.account, ...numbers], {
    stdio: ["ignore", "ignore", stderr],
    env: {
      ...process.env,
      OTEL_TRACES_EXPORTER: "none",
      TELEMETRY_METRICS_PORT: String(port),
      TELEMETRY_LOG_ELASTICSEARCH_URLS: store,
      TELEMETRY_LOG_DATA_STREAM: dataStream,
      TELEMETRY_LOG_DIRECTORY: paths.logs,
    },
  });
  closeSync(stderr);
  return child;
}

async function killHard(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGKILL");
  await gone;
}

/** The last line that was begun; -1 where there is none. */
function lastNumber(account: string): number {
  if (!existsSync(account)) return -1;
  const file = openSync(account, "r");
  try {
    const end = Buffer.alloc(64);
    const length = readSync(file, end, 0, end.length, Math.max(0, fstatSync(file).size - end.length));
    const text = end.toString("latin1", 0, length);
    return Number(text.match(/(?<=[?!])\d+(?=\n)/g)?.at(-1) ?? -1);
  } finally {
    closeSync(file);
  }
}

function readAccount(account: string): { readonly accepted: Set<number>; readonly unclear: Set<number> } {
  const text = readFileSync(account, "latin1");
  const accepted = new Set([...text.matchAll(/^!(\d+)$/gm)].map(([, digits]) => Number(digits)));
  const begun = [...text.matchAll(/^\?(\d+)$/gm)].map(([, digits]) => Number(digits));
  return { accepted, unclear: new Set(begun.filter((number) => !accepted.has(number))) };
}

async function until(isTrue: () => boolean | Promise<boolean>, patienceMs: number): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!(await isTrue())) {
    if (performance.now() > end) throw new Error(`still not true after ${patienceMs} ms: ${isTrue}`);
    await sleep(50);
  }
}
