import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "js-yaml";
import { afterAll, beforeAll, expect, it } from "vitest";
import { kinds } from "../../src/catalog/index.ts";
import { resultOf } from "../random/built.ts";
import { failures, layOut, layOutHosts, run } from "./batch.ts";
import { describeWith } from "./tool.ts";

describeWith(["promtool"], "what is generated for the example of each kind", () => {
  let root = "";
  const configs: string[] = [];
  const rules: string[] = [];
  const tests: string[] = [];

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "stackwright-examples-"));
    const seen = new Set<string>();
    for (const { id } of kinds) {
      const file = new URL(`../../src/catalog/${id}/example.yaml`, import.meta.url);
      const result = resultOf(load(readFileSync(file, "utf8")));
      configs.push(...layOutHosts(join(root, id), result).prometheus.map((path) => `${id}/${path}`));
      const alerts = new Map(result.artifacts.map(({ path, content }) => [path, content]));
      for (const [path, content] of alerts) {
        if (!path.startsWith("alerts/")) continue;
        layOut(root, [{ path: `${id}/${path}`, content }]);
        if (!path.startsWith("alerts/tests/")) rules.push(`${id}/${path}`);
        else if (!seen.has(essence(content, alerts.get(path.replace("/tests/", "/"))))) {
          seen.add(essence(content, alerts.get(path.replace("/tests/", "/"))));
          tests.push(`${id}/${path}`);
        }
      }
    }
  });
  afterAll(() => rmSync(root, { recursive: true }));

  it("has rules for every kind that promtool takes without a word of its lint", async () => {
    expect(kinds.filter(({ id }) => !rules.includes(`${id}/alerts/${id}.yml`)).map(({ id }) => id)).toEqual([]);
    const said = await run("promtool", ["check", "rules", "--lint=all", "--lint-fatal", ...rules], root);
    expect([failures(said), said.status]).toEqual(["", 0]);
  });

  it("has unit tests for every kind that pass", async () => {
    const tested = new Set(tests.map((path) => path.replace(/^.*\//, "").replace(".yml", "")));
    expect(kinds.filter(({ id }) => !tested.has(id)).map(({ id }) => id)).toEqual([]);
    const halves = [0, 1].map((half) => tests.filter((_, index) => index % 2 === half));
    const said = await Promise.all(halves.map((files) => run("promtool", ["test", "rules", ...files], root)));
    expect(said.map((each) => [failures(each), each.status])).toEqual([
      ["", 0],
      ["", 0],
    ]);
  });

  it("has configs of Prometheus servers that promtool takes", async () => {
    expect(configs.length).toBeGreaterThan(0);
    const said = await run("promtool", ["check", "config", ...configs], root);
    expect([failures(said), said.status]).toEqual(["", 0]);
  });
});

/** Tests and rules without what is only the example's: those of the node exporter are the same in nearly all. */
function essence(tests: string, rules = ""): string {
  return `${tests}${rules}`.replaceAll(/^(#.*| +(platform|environment): .*)$/gm, "");
}
