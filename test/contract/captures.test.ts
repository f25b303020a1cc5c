import { globSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { captures, nameOfCapture } from "../../tools/capture/captures.ts";
import { folderOf, readOf } from "./folder.ts";

/** Kinds whose capture no machine of ours can take again, and why; the README says the same in full. */
const takenByHand: Readonly<Record<string, string>> = {
  logstash: "neither Logstash nor its exporter comes from a package manager",
};

const stored = globSync("*/captured*.json", { cwd: folderOf("") }).sort();
const repeated = Object.values(captures).flatMap(({ files }) => files);

describe("captures", () => {
  it("are all taken by the script, but for those that are known to be taken by hand", () => {
    const byHand = Object.keys(takenByHand).map((kind) => `${kind}/captured.json`);
    expect([...repeated, ...byHand].sort()).toEqual(stored);
  });

  it.each(repeated)("by the kind of %s are found", (file) => {
    const name = nameOfCapture(file.split("/")[0] ?? "") ?? "";
    expect(captures[name]?.files).toContain(file);
  });

  it("have no other names", () => {
    expect(["logstash", "", "red", "constructor"].map((name) => nameOfCapture(name))).toEqual(
      Array.from({ length: 4 }, () => undefined),
    );
  });

  it.each(Object.entries(captures))("of %s say of everything they need how to get it", (_, { needs }) => {
    for (const { tool, install } of needs) {
      expect(tool).toMatch(/^\/?\S+$/);
      expect(install).toMatch(/^(apt-get install|install|put) \S/);
    }
  });
});

it.each(stored.map((file) => file.split("/")[0] ?? ""))(
  "the README of %s says that its capture was taken by hand only where it was",
  (kind) => {
    const saysSo = readOf(kind, "README.md").includes("`npm run capture` does not repeat it");
    expect(saysSo).toBe(kind in takenByHand);
  },
);
