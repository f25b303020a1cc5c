import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { judge, placeComplaints } from "../../src/cli/commands/check.ts";
import { load } from "../../src/cli/load.ts";
import type { Diagnostic } from "../../src/diagnostics/problem.ts";
import { describeWith } from "./tool.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "complaints-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const base = readFileSync("examples/one-host.yaml", "utf8");

/** What the tools say of an inventory that `validate` finds nothing wrong with, as `LINE: text of that line` and message. */
async function complaints(
  inventory: string,
  files: Readonly<Record<string, string>> = {},
): Promise<readonly (Diagnostic & { readonly at: string })[]> {
  for (const [name, content] of Object.entries({ ...files, "inventory.yaml": inventory })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const loaded = await load(join(folder, "inventory.yaml"));
  expect(loaded.diagnostics).toEqual([]);
  if (loaded.result === undefined) throw new Error("the inventory gives nothing");
  const failed = (await judge(loaded.result)).flatMap((verdict) =>
    verdict.state === "failed" ? verdict.complaints : [],
  );
  const lines = inventory.split("\n");
  return (await placeComplaints(loaded, failed)).map((diagnostic) => ({
    ...diagnostic,
    at: (lines[diagnostic.line - 1] ?? "").trim(),
  }));
}

describeWith(["promtool", "amtool"], "a complaint of a real tool", () => {
  it("stands at the inventory line behind it, for amtool", async () => {
    const found = await complaints(base.replace("alerting:", "alerting:\n  repeat: 0s"));
    expect(found).toMatchObject([{ code: "tool-rejects", at: "repeat: 0s", path: "alerting.repeat" }]);
    expect(found[0]?.message).toContain("repeat_interval cannot be zero");
  });

  it("stands at the inventory line behind it, for promtool on a config", async () => {
    const found = await complaints(`${base}extra:\n  scrape_configs: [own.yaml]\n`, {
      "own.yaml": "- job_name: own\n  scrape_intervall: 5s\n",
    });
    expect(found).toMatchObject([{ at: "scrape_configs: [own.yaml]", path: "extra.scrape_configs" }]);
    expect(found[0]?.message).toMatch(/prometheus\.yml:[0-9]+: .*scrape_intervall/);
  });

  it("stands at the inventory line behind it, for promtool on rules and on their unit tests", async () => {
    const rule = (summary: string): string =>
      `groups:\n  - name: own\n    rules:\n      - alert: ShopClosed\n        expr: up{job="nodejs"} == 0\n        labels: { severity: warning }\n        annotations: { summary: "${summary}" }\n`;
    const test =
      "rule_files: [own.yml]\ntests:\n  - interval: 1m\n    input_series: [{ series: 'up{job=\"nodejs\"}', values: '0+0x10' }]\n    alert_rule_test: [{ eval_time: 5m, alertname: ShopClosed, exp_alerts: [] }]\n";
    const inventory = `${base}extra:\n  rules: [extra/*.yml]\n`;
    const [broken] = await complaints(inventory, { "extra/own.yml": rule("{{ .Foo }"), "extra/own-test.yml": test });
    expect(broken).toMatchObject({ at: "rules: [extra/*.yml]" });
    expect(broken?.message).toContain("ShopClosed");
    const failing = await complaints(inventory, { "extra/own.yml": rule("closed"), "extra/own-test.yml": test });
    expect(failing).toMatchObject([{ at: "rules: [extra/*.yml]" }]);
    expect(failing[0]?.message).toMatch(/^promtool test rules extra\/own.*ShopClosed/);
  });

  it("does not come where nothing is wrong", async () => {
    expect(await complaints(base)).toEqual([]);
  });
});
