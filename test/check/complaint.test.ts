import { describe, expect, it } from "vitest";
import type { Artifact } from "../../src/artifact/artifact.ts";
import { placeComplaint } from "../../src/check/complaint.ts";

const rules: Artifact = {
  path: "alerts/own.yml",
  content:
    "groups:\n  - name: own\n    rules:\n      - alert: First\n        expr: a\n      - alert: ShopClosed\n        expr: b\n        repeat_interval: 0s\n",
  mode: 0o644,
  owner: "root:root",
  generator: "test",
  source: [["services"]],
  installs: [],
  origins: [{ from: 6, to: 7, source: ["services", "shop"], component: "catalog/shop alert ShopClosed" }],
};
const place = (text: string) => placeComplaint("tool", text, [{ name: rules.path, artifact: rules }], rules);

describe("the place of a tool's complaint", () => {
  it.each([
    ["alerts/own.yml: yaml: line 3: did not find expected key", 3],
    ["alerts/own.yml: 7:15: could not parse", 7],
    ['group "own", rule 2, "ShopClosed": could not parse expression', 6],
    ["alertname: ShopClosed, time: 5m, exp:[], got:[]", 6],
    ["repeat_interval cannot be zero", 8],
    ["something is wrong", undefined],
  ])("%s is at line %s", (text, line) => {
    expect(place(text).line).toBe(line);
  });

  it("is told without the tool's own frame and temporary folder", () => {
    expect(
      place(
        "Checking '/tmp/stackwright-check-a1b2/alerts/own.yml'  FAILED: repeat_interval cannot be zero\namtool: error: failed to validate 1 file(s)",
      ).text,
    ).toBe("repeat_interval cannot be zero");
    expect(place("FAILED:\n/tmp/stackwright-check-a1b2/alerts/own.yml: bad").text).toBe("alerts/own.yml: bad");
  });
});
