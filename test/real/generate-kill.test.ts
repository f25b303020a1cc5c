import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lockTree } from "../../src/io/tree/lock.ts";
import { buildBundle, bundle, removeBundle } from "../scenarios/story.ts";

const folder = mkdtempSync(join(tmpdir(), "kill-test-"));
const tree = join(folder, "tree");
const kills = 15;

/** 300 hosts with six kinds of services; every file of the tree carries the platform's own label. */
function inventory(region: string): string {
  const names = Array.from({ length: 300 }, (_, index) => `h${index}`);
  const hosts = names.map(
    (name, index) => `  ${name}: { address: 10.0.${1 + Math.floor(index / 200)}.${1 + (index % 200)}, segment: lan }`,
  );
  const services = names
    .filter((_, index) => index % 10 === 0)
    .map((name, index) => `  app${index}: { kind: nodejs, hosts: [${name}], port: 3000 }`);
  return `version: 1
platform: large
labels: { region: ${region} }
segments: { lan: { cidr: 10.0.0.0/16 } }
hosts:
${hosts.join("\n")}
services:
  edge: { kind: nginx, hosts: [h1, h2] }
  db: { kind: mysql, hosts: { h3: { role: primary }, h4: { role: replica } } }
  cache: { kind: redis, hosts: { h5: { role: primary }, h6: { role: replica } } }
  metrics: { kind: prometheus, hosts: [h7, h8] }
  probes: { kind: blackbox, hosts: [h7, h8] }
${services.join("\n")}
`;
}

function start(name: string, out: string): ChildProcess {
  return spawn(process.execPath, [bundle, "generate", "-i", join(folder, `${name}.yaml`), "-o", out], {
    stdio: ["ignore", "ignore", "pipe"],
  });
}

async function generate(name: string, out = tree): Promise<{ readonly code: unknown; readonly text: string }> {
  const child = start(name, out);
  let text = "";
  child.stderr?.on("data", (data: Buffer) => {
    text += data.toString();
  });
  const [code] = await once(child, "close");
  return { code, text };
}

/** One digest of every file of a tree, without the folder for work in progress. */
function digest(root: string): string {
  const hash = createHash("sha256");
  for (const path of globSync("**/*", { cwd: root }).sort()) {
    if (path.startsWith(".stackwright") || !statSync(join(root, path)).isFile()) continue;
    hash.update(`${path}\0`).update(readFileSync(join(root, path)));
  }
  return hash.digest("hex");
}

const wanted = new Map<string, string>();
let tookMs = 0;

beforeAll(async () => {
  buildBundle();
  for (const name of ["old", "new"]) {
    writeFileSync(join(folder, `${name}.yaml`), inventory(name));
    const started = performance.now();
    expect((await generate(name, join(folder, name))).code).toBe(0);
    tookMs = performance.now() - started;
    wanted.set(name, digest(join(folder, name)));
  }
  expect(wanted.get("old")).not.toBe(wanted.get("new"));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  removeBundle();
});

/** Of three kills one is somewhere in a run, one while files are staged, and one while they are moved to their places. */
async function moment(index: number, child: ChildProcess): Promise<void> {
  if (index % 3 === 0) return sleep((tookMs * (index + 0.5)) / kills);
  const sign = join(tree, ".stackwright", index % 3 === 1 ? "stage" : "journal.json");
  while (!existsSync(sign) && child.exitCode === null) await sleep(1);
}

describe("a generate that is killed", () => {
  it(`leaves the old tree, or one that the next run finishes (${kills} kills)`, async () => {
    await generate("old");
    let killed = 0;
    let begun = 0;
    for (let index = 0; index < kills; index++) {
      const [before, after] = index % 2 === 0 ? ["old", "new"] : ["new", "old"];
      const child = start(after, tree);
      const ended = once(child, "close");
      await moment(index, child);
      child.kill("SIGKILL");
      const [, signal] = await ended;
      if (signal === "SIGKILL") killed++;
      const isBegun = existsSync(join(tree, ".stackwright/journal.json"));
      if (isBegun) begun++;
      else expect([wanted.get(before), wanted.get(after)]).toContain(digest(tree));
      const next = await generate(after);
      expect(next.code, next.text).toBe(0);
      expect(next.text.includes("finished what an interrupted run had begun")).toBe(isBegun);
      expect(digest(tree)).toBe(wanted.get(after));
      expect(globSync("*", { cwd: join(tree, ".stackwright") })).toEqual(["holder"]);
    }
    expect(killed).toBeGreaterThan(kills / 2);
    expect(begun).toBeGreaterThan(0);
  }, 300_000);
});

describe("two generates at once", () => {
  it("come one after the other, and the tree is that of one of them", async () => {
    const both = join(folder, "both");
    for (let round = 0; round < 2; round++) {
      const ends = await Promise.all([generate("old", both), generate("new", both)]);
      expect(ends.map(({ code }) => code)).toEqual([0, 0]);
      expect([...wanted.values()]).toContain(digest(both));
    }
  });

  it("say who holds the lock when the wait is long, and write nothing", async () => {
    const held = join(folder, "held");
    mkdirSync(join(held, ".stackwright"), { recursive: true });
    const lock = await lockTree(held, 1000);
    if (typeof lock === "string") throw new Error(lock);
    try {
      const { code, text } = await generate("old", held);
      expect(text).toContain(`process ${process.pid} is writing to the same folder`);
      expect(code).toBe(1);
      expect(globSync("*", { cwd: held })).toEqual([]);
    } finally {
      lock.release();
    }
  });
});
