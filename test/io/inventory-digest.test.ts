import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { digestsOf } from "../../src/io/inventory-digest.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stackwright-digest-"));
  writeFileSync(join(folder, "inventory.yaml"), "version: 1\n");
});
afterEach(() => rmSync(folder, { recursive: true }));

const all = async (): Promise<string> => (await digestsOf(join(folder, "inventory.yaml"), ["rules/*"])).all;

it("the digest of an inventory follows its own files, as they come, change and go", async () => {
  const none = await all();
  mkdirSync(join(folder, "rules"));
  expect(await all()).toBe(none);
  writeFileSync(join(folder, "rules", "a.yml"), "one");
  const one = await all();
  writeFileSync(join(folder, "rules", "a.yml"), "two");
  const two = await all();
  expect(new Set([none, one, two]).size).toBe(3);
  rmSync(join(folder, "rules", "a.yml"));
  expect(await all()).toBe(none);
});

it("an inventory is there although one of its globs names a folder", async () => {
  mkdirSync(join(folder, "rules", "old"), { recursive: true });
  expect(await all()).toMatch(/^[0-9a-f]{64}$/);
});

it("an inventory that is gone has no digest", async () => {
  rmSync(join(folder, "inventory.yaml"));
  await expect(all()).rejects.toThrow("ENOENT");
});
