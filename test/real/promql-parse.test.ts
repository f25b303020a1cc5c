import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "../../src/promql/parse.ts";
import { invalid, valid } from "../promql/validity.ts";

const version = /promtool, version (\d+\.\d+\.\d+)/.exec(
  spawnSync("promtool", ["--version"]).stdout?.toString() ?? "",
)?.[1];
const isMissing = version === undefined && process.env["CI"] === undefined;

/** The indexes of the expressions that promtool does not read. */
function refused(expressions: readonly string[], folder: string): ReadonlySet<number> {
  const rules = expressions.map((expr, index) => ({ record: `r${index}`, expr }));
  const file = join(folder, "rules.yml");
  writeFileSync(file, JSON.stringify({ groups: [{ name: "g", rules }] }));
  const { stdout, stderr, status } = spawnSync("promtool", ["check", "rules", file], { encoding: "utf8" });
  const indexes = [...`${stdout}${stderr}`.matchAll(/rule \d+, "r(\d+)"/g)].map(([, index]) => Number(index));
  expect(status, `${stdout}${stderr}`).toBe(indexes.length > 0 ? 1 : 0);
  return new Set(indexes);
}

describe.skipIf(isMissing)(
  `PromQL as promtool reads it${isMissing ? " (promtool is missing: not checked)" : ""}`,
  () => {
    let folder = "";
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "promql-"));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    it("agrees with promtool on every expression of the table", () => {
      const expressions = [...valid, ...invalid].filter((expr) => !expr.includes("$y"));
      const theirs = refused(expressions, folder);
      const ours = new Set(
        expressions.flatMap((expr, index) => (parse(expr, { prometheus: version }).ok ? [] : [index])),
      );
      const differing = expressions.filter((_, index) => ours.has(index) !== theirs.has(index));
      expect(differing).toEqual([]);
    });
  },
);
