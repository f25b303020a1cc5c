import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { dump } from "js-yaml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Path } from "../../src/diagnostics/path.ts";
import { resultOf } from "../random/built.ts";
import { everyField } from "../random/every-field.ts";
import { hostileRound } from "../random/hostile-rounds.ts";
import { mapsOf, textsOf, withTexts } from "../random/leaves.ts";
import { failures, layOutHosts, run, type Said } from "./batch.ts";
import { describeWith } from "./tool.ts";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "stackwright-hostile-"));
});
afterAll(() => rmSync(root, { recursive: true }));

describeWith(["promtool", "amtool"], "hostile values that are accepted", () => {
  it("give configs and rules that the real tools take", async () => {
    const configs: string[] = [];
    const alertmanagers: string[] = [];
    let values = 0;
    for (let seed = 101; seed <= 112; seed++) {
      const { accepted } = hostileRound(seed);
      values += accepted.size;
      const found = layOutHosts(join(root, `${seed}`), resultOf(withTexts(everyField, accepted)));
      configs.push(...found.prometheus.map((path) => `${seed}/${path}`));
      alertmanagers.push(...found.alertmanager.map((path) => `${seed}/${path}`));
    }
    expect(values).toBeGreaterThan(200);
    const prometheus = await run("promtool", ["check", "config", "--lint=all", "--lint-fatal", ...configs], root);
    expect([failures(prometheus), prometheus.status]).toEqual(["", 0]);
    const alertmanager = await run("amtool", ["check-config", ...alertmanagers], root);
    expect([failures(alertmanager), alertmanager.status]).toEqual(["", 0]);
  });
});

/** Recognisable in any output; also what a secret looks like once it is encoded. */
const secret = "S3CR3T-value";
const traces = [secret, Buffer.from(secret).toString("base64").slice(0, 12), encodeURIComponent(secret)];

describe("a secret", () => {
  it("that is referred to never shows in what is printed or written", async () => {
    const folder = inventoryIn("referred", everyField);
    const references = textsOf(everyField).filter(({ path }) => isReference(path));
    const env: Record<string, string> = {};
    for (const { path, text } of references)
      if (path.at(-1) === "env") env[text] = secret;
      else if (path.at(-1) === "file") {
        mkdirSync(join(folder, "secrets"), { recursive: true });
        writeFileSync(join(folder, text), secret);
      }
    expect(references.length).toBeGreaterThan(12);
    const said = await runAll(everyCommand, folder, env);
    expect(said.map(({ status }) => status)).toEqual(said.map(() => 0));
    const written = readdirSync(join(folder, "out"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
    expect(written.length).toBeGreaterThan(50);
    expect(leaks([...said.map(({ output }) => output), ...written])).toEqual([]);
  });

  it.each([
    ["in place of every reference", () => secret],
    ["in a list in place of every reference", () => [secret]],
    ["under a key that is no reference", () => ({ value: secret })],
    ["as a key", () => ({ [secret]: "x" })],
    ["as what a reference names", (key: string) => ({ [key]: `${secret} "!;` })],
  ])("that stands %s never shows in what is printed", async (name, wrong) => {
    const folder = inventoryIn(name.replaceAll(/\W+/g, "-"), misplaced(everyField, wrong));
    const said = await runAll(complaining, folder);
    expect(new Set(said.map(({ status }) => status))).toEqual(new Set([1]));
    expect(said[0]?.output).toMatch(/error\[(literal-secret|unsafe-value|unknown-key|invalid-value)/);
    expect(leaks(said.map(({ output }) => output))).toEqual([]);
  });

  it("that stands under a misspelt key in any map never shows in what is printed", async () => {
    const maps = mapsOf(everyField).filter(
      ({ path }) => !path.some((step) => ["accept", "labels"].includes(String(step))),
    );
    const outputs: string[] = [];
    for (const key of ["passwrd", "api_token"]) {
      const value = maps.reduce<unknown>((inner, { path }) => added(inner, path, key), everyField);
      const folder = inventoryIn(key, value);
      outputs.push(...(await runAll(complaining, folder)).map(({ output }) => output));
    }
    expect(outputs.join("\n")).toContain("unknown-key");
    expect(leaks(outputs)).toEqual([]);
  });
});

function inventoryIn(name: string, value: unknown): string {
  const folder = join(root, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "inventory.yaml"), dump(value, { lineWidth: -1, noRefs: true }));
  return folder;
}

/** Ways in which problems are shown, by commands that read an inventory. */
const complaining = [
  ["validate", "--format", "pretty"],
  ["validate", "--json"],
  ["generate", "-o", "out"],
  ["explain", "db"],
];
/** Every command that reads an inventory, for people and for programs. */
const everyCommand = [
  ...complaining,
  ["validate"],
  ["generate", "-o", "out", "--json"],
  ["generate", "-o", "out", "--check"],
  ["explain", "paging", "--json"],
  ["check", "--json"],
];

/** One after the other, since some of them write. */
async function runAll(
  commands: readonly (readonly string[])[],
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<readonly Said[]> {
  const said: Said[] = [];
  for (const args of commands) said.push(await run(process.execPath, [main, ...args], folder, env));
  return said;
}

function leaks(outputs: readonly string[]): readonly string[] {
  return outputs.flatMap((output) => output.split("\n").filter((line) => traces.some((trace) => line.includes(trace))));
}

function isReference(path: Path): boolean {
  return ["env", "file", "host_file"].includes(String(path.at(-1)));
}

/** The value with something else in place of each reference to a secret. A certificate is none: it is shown to all who connect. */
function misplaced(value: unknown, wrong: (key: string) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => misplaced(item, wrong));
  if (typeof value !== "object" || value === null) return value;
  const keys = Object.keys(value);
  if (keys.length === 1 && keys.every((key) => isReference([key]))) return wrong(keys[0] ?? "");
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, key === "certificate" ? inner : misplaced(inner, wrong)]),
  );
}

/** The value with a secret under a key more, in one of its maps. */
function added(value: unknown, path: Path, key: string): unknown {
  const [step, ...rest] = path;
  if (Array.isArray(value)) return value.map((item, index) => (index === step ? added(item, rest, key) : item));
  if (typeof value !== "object" || value === null) return value;
  if (step === undefined) return { ...value, [key]: secret };
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, name === step ? added(inner, rest, key) : inner]),
  );
}
