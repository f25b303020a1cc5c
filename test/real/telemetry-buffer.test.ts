import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ApplicationSide, shareCounts } from "../../packages/telemetry/src/logs/buffer/shared-counts.ts";
import type { LogCounts } from "../../packages/telemetry/src/logs/sink.ts";
import { type FaultyStore, startFaultyStore } from "../telemetry/delivery/faulty-store.ts";
import type { AppSettings } from "./buffer/settings.ts";
import { describeWith } from "./tool.ts";

const app = fileURLToPath(new URL("buffer/app.ts", import.meta.url));

let folder: string;
let directory: string;
let store: FaultyStore;
const running = new Set<ChildProcess>();

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "telemetry-buffer-"));
  directory = join(folder, "logs");
  store = await startFaultyStore();
});

afterEach(async () => {
  for (const child of running) child.kill("SIGKILL");
  running.clear();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("a durable log buffer", () => {
  it.each([
    ["process.exit", "exit", 7],
    ["an uncaught exception", "throw", 1],
    ["the end of all work", "natural", 0],
  ] as const)("loses nothing of 500 lines at %s, and changes no exit code", async (_, end, code) => {
    const first = await ended(start({ name: "first", lines: 500, end }));
    expect(first.code).toBe(code);
    const { counts } = await ended(start({ name: "second", lines: 1, end: "drain" }));
    expect(messages()).toEqual(new Set([...numbered("first", 500), "second 0"]));
    expect(counts).toMatchObject({ buffered: 0, deadLettered: 0 });
    expect(left()).toEqual([]);
  });

  it("keeps everything at SIGTERM while the store is away, and ends with the application's code", async () => {
    store.fault = () => "reset";
    const first = start({ name: "first", lines: 500, end: "sigterm" });
    await first.said((text) => text.includes("accepted"));
    first.child.kill("SIGTERM");
    expect((await ended(first)).code).toBe(7);
    expect(messages().size).toBe(0);
    store.fault = () => undefined;
    const { counts } = await ended(start({ name: "second", lines: 1, end: "drain" }));
    expect(messages()).toEqual(new Set([...numbered("first", 500), "second 0"]));
    expect(counts).toMatchObject({ accepted: 501, synced: 501, delivered: 501, buffered: 0 });
  });

  it("delivers each line once that it had accepted when it was killed, whatever the store was doing", async () => {
    let accepted = 0;
    for (let round = 0; round < 5; round++) {
      // Every fourth answer gets lost after the store has taken the records.
      store.fault = ({ at }) => (Math.floor(at) % 4 === 0 ? "cut" : undefined);
      const killed = start({ name: `killed-${round}`, lines: 0, end: "kill" });
      await killed.said((text) => text.split("\n").length > 40);
      await sleep(50 * round);
      killed.child.kill("SIGKILL");
      const { output } = await ended(killed);
      expect(output).not.toContain("UNBALANCED");
      const told = output.split("\n").filter((line) => /^\d+$/.test(line));
      const upTo = Number(told.at(-1));
      accepted += upTo;
      store.fault = () => undefined;
      await ended(start({ name: `after-${round}`, lines: 10, end: "drain" }));
      expect(without(numbered(`killed-${round}`, upTo + 1), messages())).toEqual([]);
    }
    expect(accepted).toBeGreaterThan(1_000);
    // Under which `_id` ever, each line is there once.
    expect(messages().size).toBe(store.documents.size);
    expect(left()).toEqual([]);
  });

  it("gives each of two processes a folder of its own, and the survivor what the other has left", async () => {
    store.fault = () => "reset";
    const one = start({ name: "one", lines: 100, end: "sigterm" });
    const other = start({ name: "other", lines: 100, end: "sigterm" });
    await one.said((text) => text.includes("accepted"));
    await other.said((text) => text.includes("accepted"));
    expect(readdirSync(directory)).toHaveLength(2);
    one.child.kill("SIGKILL");
    other.child.kill("SIGKILL");
    await Promise.all([ended(one), ended(other)]);
    store.fault = () => undefined;
    await Promise.all([
      ended(start({ name: "third", lines: 100, end: "drain" })),
      ended(start({ name: "fourth", lines: 100, end: "drain" })),
    ]);
    const all = ["one", "other", "third", "fourth"].flatMap((name) => [...numbered(name, 100)]);
    expect(messages()).toEqual(new Set(all));
    expect(store.documents.size).toBe(400);
    expect(left()).toEqual([]);
  });

  it("skips and counts what was altered, cut off or torn on the disk, and keeps the file", async () => {
    store.fault = () => "reset";
    await ended(start({ name: "first", lines: 300, end: "exit" }));
    const [home = ""] = readdirSync(directory);
    const [name = ""] = readdirSync(join(directory, home)).filter((each) => each.endsWith(".seg"));
    const path = join(directory, home, name);
    const bytes = readFileSync(path);
    // One bit in the text of the tenth line, and a newline of the twentieth: that one takes the next with it.
    const lines = bytes.toString("latin1").split("\n");
    const startOf = (line: number): number => lines.slice(0, line).join("\n").length + 1;
    bytes[startOf(10) + 50] = (bytes[startOf(10) + 50] ?? 0) ^ 1;
    bytes[startOf(21) - 1] = 32;
    writeFileSync(path, bytes);
    truncateSync(path, startOf(299) + 100);
    writeFileSync(join(directory, home, "00000000001000.seg"), "");
    store.fault = () => undefined;
    const { counts, errors } = await ended(start({ name: "second", lines: 1, end: "drain" }));
    const lost = [10, 20, 21, 299].map((line) => `first ${line}`);
    expect(without(numbered("first", 300), messages())).toEqual(lost);
    expect(counts?.dropped["corrupt"]).toBeGreaterThanOrEqual(lost.length);
    expect(errors).toContain("log records on disk were damaged and skipped; the file is kept");
    expect(readdirSync(join(directory, "corrupt"))).toHaveLength(1);
  });

  it("goes on without a worker: lines wait on the disk, the application does not notice", async () => {
    const first = await ended(start({ name: "first", lines: 200, end: "natural", url: "no address" }));
    expect(first.code).toBe(0);
    await ended(start({ name: "second", lines: 1, end: "drain" }));
    expect(messages()).toEqual(new Set([...numbered("first", 200), "second 0"]));
  });
});

describe("a log buffer in memory", () => {
  it("delivers what it has when it is closed", async () => {
    const { counts } = await ended(start({ name: "fast", lines: 5_000, end: "drain", fast: true }));
    expect(messages()).toEqual(numbered("fast", 5_000));
    expect(counts).toMatchObject({ accepted: 5_000, delivered: 5_000, synced: 0, buffered: 0 });
    expect(existsSync(directory)).toBe(false);
  });

  it("counts what was lost with a worker that died", async () => {
    const { code, counts, errors } = await ended(
      start({ name: "fast", lines: 500, end: "drain", fast: true, url: "no address" }),
    );
    expect(code).toBe(0);
    expect(counts?.accepted).toBe(500);
    expect(counts?.dropped["io_error"]).toBe(500);
    expect(errors).toContain("the thread that ships log records has died and is started again");
  });
});

describe("the counts of a buffer", () => {
  it("add up whenever they are read, however fast another thread replaces them", async () => {
    const memory = shareCounts();
    const worker = new Worker(new URL("buffer/publisher.ts", import.meta.url), { workerData: memory });
    const side = new ApplicationSide(memory);
    try {
      let changes = 0;
      const unbalanced: number[] = [];
      const until = performance.now() + 20_000;
      for (let reads = 0, last = -1; changes < 5_000 && performance.now() < until; reads++) {
        const { recovered, seen, delivered, deadLettered, dropped, held } = side.read();
        const drops = Object.values(dropped).reduce((sum, count) => sum + count, 0);
        const imbalance = recovered + seen - delivered - deadLettered - drops - held;
        if (imbalance !== 0) unbalanced.push(imbalance);
        if (seen !== last) changes++;
        last = seen;
        if (reads % 1_000 === 0) await sleep(1);
      }
      expect(unbalanced).toEqual([]);
      expect(changes).toBe(5_000);
    } finally {
      await worker.terminate();
    }
  });
});

describeWith(["unshare", "mount"], "a durable log buffer on a file system of its own", () => {
  it("counts what a full disk refuses, goes on, and recovers by itself when there is room", async () => {
    const disk = join(folder, "disk");
    const script = [
      `mkdir -p "${disk}" && mount -t tmpfs -o size=3m tmpfs "${disk}"`,
      `head -c 2500000 /dev/zero >"${disk}/filler"`,
      `"$0" --conditions=stackwright-source "$1" "$2" | while read -r line; do`,
      `echo "$line"; if [ "$line" = full ]; then rm "${disk}/filler"; fi; done`,
    ].join("\n");
    const settings = { directory: join(disk, "logs"), url: store.url, name: "full", lines: 0, end: "fill" };
    const child = spawn("unshare", ["-m", "sh", "-c", script, process.execPath, app, JSON.stringify(settings)]);
    const { counts, output, errors } = await ended(follow(child));
    expect(output).toContain("full\n");
    expect(output).not.toContain("UNBALANCED");
    expect(errors).toContain("log records cannot be written to disk and are thrown away");
    expect(errors).toContain("log records are written to disk again");
    expect(counts?.dropped["disk_full"]).toBeGreaterThan(100);
    expect(counts?.buffered).toBe(0);
    expect(store.documents.size).toBe(counts?.delivered);
  });
});

interface Running {
  readonly child: ChildProcess;
  /** Waits until what it has printed satisfies. */
  said(isEnough: (text: string) => boolean): Promise<void>;
  readonly end: Promise<{ readonly code: number | null; readonly output: string; readonly errors: string }>;
}

function start(settings: Omit<AppSettings, "directory" | "url"> & { readonly url?: string }): Running {
  const all = { directory, url: store.url, ...settings } satisfies AppSettings;
  return follow(spawn(process.execPath, ["--conditions=stackwright-source", app, JSON.stringify(all)]));
}

function follow(child: ChildProcess): Running {
  running.add(child);
  let output = "";
  let errors = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const end = new Promise<{ code: number | null; output: string; errors: string }>((resolve) => {
    child.once("close", (code) => {
      running.delete(child);
      resolve({ code, output, errors });
    });
  });
  return {
    child,
    end,
    async said(isEnough) {
      for (let tries = 0; tries < 1_500 && !isEnough(output) && child.exitCode === null; tries++) await sleep(10);
      if (!isEnough(output)) throw new Error(`it said only: ${output}${errors}`);
    },
  };
}

/** The last counts that an application has told, with what it has printed. */
async function ended({ end }: Running): Promise<{
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
  readonly counts: LogCounts | undefined;
}> {
  const { code, output, errors } = await end;
  const last = output.split("\n").findLast((line) => line.startsWith("{"));
  const counts: LogCounts | undefined = last === undefined ? undefined : JSON.parse(last);
  return { code, output, errors, counts };
}

function messages(): ReadonlySet<string> {
  return new Set([...store.documents.values()].map((line): string => JSON.parse(line).message));
}

function numbered(name: string, lines: number): ReadonlySet<string> {
  return new Set(Array.from({ length: lines }, (_, line) => `${name} ${line}`));
}

function without(all: ReadonlySet<string>, some: ReadonlySet<string>): readonly string[] {
  return [...all].filter((each) => !some.has(each));
}

/** What is left in the buffer's folder, but for what is kept for inspection. */
function left(): readonly string[] {
  return readdirSync(directory).filter((name) => name !== "corrupt");
}
