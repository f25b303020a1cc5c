import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildBundle, bundle, removeBundle } from "../scenarios/story.ts";

const patienceMs = 30_000;
const folder = mkdtempSync(join(tmpdir(), "watch-test-"));
const file = join(folder, "inventory.yaml");
const rules = join(folder, "alerts/node.yml");

function inventory(platform: string, more = ""): string {
  return `version: 1
platform: ${platform}
segments: { lan: { cidr: 192.0.2.0/24 } }
hosts: { a: { address: 192.0.2.1, segment: lan } }
${more}`;
}

let child: ChildProcess;
let output: string;
/** How much of the output earlier steps have waited for. */
let seen: number;

beforeAll(buildBundle);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  removeBundle();
});
beforeEach(async () => {
  output = "";
  seen = 0;
  writeFileSync(file, inventory("one"));
  child = spawn(process.execPath, [bundle, "generate", "--watch", "--force", "-i", file], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (data: Buffer) => {
      output += data.toString();
    });
  await said("Ctrl-C ends it");
});
afterEach(async () => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
});

/** Waits until something new has been said; the text up to there. */
async function said(words: string): Promise<string> {
  const end = Date.now() + patienceMs;
  while (Date.now() < end) {
    const at = output.indexOf(words, seen);
    if (at >= 0) {
      const text = output.slice(seen, at + words.length);
      seen = at + words.length;
      return text;
    }
    if (child.exitCode !== null) break;
    await sleep(20);
  }
  throw new Error(`"${words}" was not said after: ${output.slice(seen)}`);
}

describe("generate --watch", () => {
  it("writes at once, and again when the inventory changes", async () => {
    expect(readFileSync(rules, "utf8")).toContain("platform: one");
    writeFileSync(file, inventory("two"));
    await said("Ctrl-C ends it");
    expect(readFileSync(rules, "utf8")).toContain("platform: two");
  });

  it("sees a save of the file that the inventory is a symbolic link to", async () => {
    const target = mkdtempSync(join(folder, "target-"));
    writeFileSync(join(target, "real.yaml"), inventory("two"));
    rmSync(file);
    symlinkSync(join(target, "real.yaml"), file);
    await said("Ctrl-C ends it");
    expect(readFileSync(rules, "utf8")).toContain("platform: two");
    writeFileSync(join(target, "real.yaml"), inventory("three"));
    await said("Ctrl-C ends it");
    expect(readFileSync(rules, "utf8")).toContain("platform: three");
    rmSync(file);
  });

  it("takes several saves in a row for one", async () => {
    for (const platform of ["two", "three", "four", "five"]) writeFileSync(file, inventory(platform));
    const text = await said("Ctrl-C ends it");
    expect(text.match(/artifacts and their manifest/g)).toHaveLength(1);
    expect(readFileSync(rules, "utf8")).toContain("platform: five");
  });

  it("reports an invalid save, keeps the tree, and goes on with the next one", async () => {
    writeFileSync(file, inventory("two", "hosts: ["));
    expect(await said("Ctrl-C ends it")).toMatch(/error yaml-syntax[\s\S]*nothing was written/);
    expect(readFileSync(rules, "utf8")).toContain("platform: one");
    writeFileSync(file, inventory("three"));
    await said("Ctrl-C ends it");
    expect(readFileSync(rules, "utf8")).toContain("platform: three");
  });

  it("sees a save by rename", async () => {
    for (const platform of ["two", "three"]) {
      writeFileSync(`${file}.new`, inventory(platform));
      renameSync(`${file}.new`, file);
      await said("Ctrl-C ends it");
      expect(readFileSync(rules, "utf8")).toContain(`platform: ${platform}`);
    }
  });

  it("waits while the inventory is gone, and goes on when it is back", async () => {
    rmSync(file);
    await said("is gone; waiting for it to come back");
    expect(readFileSync(rules, "utf8")).toContain("platform: one");
    writeFileSync(file, inventory("two"));
    await said("Ctrl-C ends it");
    expect(readFileSync(rules, "utf8")).toContain("platform: two");
  });

  it.each(["SIGINT", "SIGTERM"] as const)("ends with 0 on %s", async (signal) => {
    const ended = once(child, "exit");
    child.kill(signal);
    expect(await ended).toEqual([0, null]);
  });
});
