import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { resultOf } from "../random/built.ts";
import { randomInventory } from "../random/inventory.ts";
import { failures, layOut, layOutHosts, run } from "./batch.ts";
import { describeWith } from "./tool.ts";

const seeds = Array.from({ length: 50 }, (_, index) => index + 1);
/** Their rules are tested one by one, which takes longer. */
const tested = seeds.slice(0, 4);

describeWith(["promtool", "amtool"], "what is generated for random inventories", () => {
  let root = "";
  const prometheus: string[] = [];
  const alertmanager: string[] = [];
  const rules: string[] = [];
  const tests: string[] = [];

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "stackwright-random-"));
    for (const seed of seeds) {
      const result = resultOf(randomInventory(seed));
      const configs = layOutHosts(join(root, `${seed}`), result);
      prometheus.push(...configs.prometheus.map((path) => `${seed}/${path}`));
      alertmanager.push(...configs.alertmanager.map((path) => `${seed}/${path}`));
      const alerts = result.artifacts.filter(({ path }) => path.startsWith("alerts/"));
      layOut(join(root, `${seed}`), alerts);
      for (const { path } of alerts)
        if (!path.startsWith("alerts/tests/")) rules.push(`${seed}/${path}`);
        else if (tested.includes(seed)) tests.push(`${seed}/${path}`);
    }
  });
  afterAll(() => rmSync(root, { recursive: true }));

  it("is taken by promtool as configs of the servers", async () => {
    expect(prometheus.length).toBeGreaterThan(50);
    const said = await run("promtool", ["check", "config", ...prometheus], root);
    expect([failures(said), said.status]).toEqual(["", 0]);
  });

  it("is taken by promtool as rules, without a word of its lint", async () => {
    expect(rules.length).toBeGreaterThan(500);
    const said = await run("promtool", ["check", "rules", "--lint=all", "--lint-fatal", ...rules], root);
    expect([failures(said), said.status]).toEqual(["", 0]);
  });

  it("is taken by amtool as configs of Alertmanager", async () => {
    expect(alertmanager.length).toBeGreaterThan(50);
    const said = await run("amtool", ["check-config", ...alertmanager], root);
    expect([failures(said), said.status]).toEqual(["", 0]);
  });

  it("passes its own unit tests, whatever the thresholds are", async () => {
    const middle = Math.ceil(tests.length / 2);
    const halves = [tests.slice(0, middle), tests.slice(middle)];
    const said = await Promise.all(halves.map((files) => run("promtool", ["test", "rules", ...files], root)));
    expect(said.map(failures)).toEqual(["", ""]);
    expect(said.map(({ status }) => status)).toEqual([0, 0]);
  });
});
