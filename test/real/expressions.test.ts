import { globSync } from "node:fs";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import type { BuildResult } from "../../src/pipeline/build.ts";
import { selectors } from "../../src/promql/rewrite.ts";
import type { PanelExpression } from "../../src/render/index.ts";
import { absent, emptyPanels } from "./expressions-absent.ts";
import { inventory, needed, startEverything } from "./expressions-lab.ts";
import { type Lab, startLab } from "./lab/lab.ts";
import type { Machine } from "./lab/machine.ts";
import { evaluatedRules, query } from "./lab/monitoring.ts";
import { buildText, machinesOf } from "./lab/stack.ts";
import { eventually } from "./lab/waiting.ts";
import { describeInLab } from "./tool.ts";

const answer = z.object({
  status: z.string(),
  error: z.string().optional(),
  warnings: z.array(z.string()).optional(),
  data: z.object({ result: z.array(z.unknown()) }).optional(),
});

describeInLab(needed, "every expression, asked of a Prometheus that scrapes the real exporters", () => {
  let lab: Lab;
  let result: BuildResult;
  let server: Machine;

  beforeAll(async () => {
    result = buildText(inventory);
    lab = await startLab(machinesOf(result, ["db1", "db2", "mon1", "mon2"]));
    server = lab.machine("mon1");
    await startEverything(lab, result);
  });

  afterEach(({ task }) => {
    if (task.result?.state === "fail") process.stderr.write(lab.logs());
  });
  afterAll(() => lab?.clear());

  it("has data of every target of the inventory", async () => {
    const { jobs, probes } = result.signals;
    const targets = jobs.reduce((sum, job) => sum + job.targets.length, 0) + probes.length * 2;
    await expect.poll(async () => (await query(server, "up == 1")).length, { timeout: 30_000 }).toBe(targets);
    const told = "sum(increase(alertmanager_notifications_total[1m])) > 0";
    await expect.poll(async () => (await query(server, told)).length, { timeout: 30_000 }).toBe(1);
  });

  it("is evaluated without an error in every rule", async () => {
    const rules = await eventually(() => evaluatedRules(server));
    expect(rules.length).toBeGreaterThanOrEqual(result.signals.alerts.length);
    expect(rules.filter(({ health }) => health !== "ok")).toEqual([]);
  });

  it("is answered without an error or a warning in every panel, and with data", async () => {
    const bad: string[] = [];
    const full = new Set<string>();
    for (const [expr, panels] of panelExpressions()) {
      const { text } = await server.ask(`http://${server.address}:9090/api/v1/query`, {
        method: "POST",
        body: String(new URLSearchParams({ query: expr })),
        type: "application/x-www-form-urlencoded",
      });
      const { status, error, warnings, data } = answer.parse(JSON.parse(text));
      if (status !== "success" || warnings !== undefined) bad.push(`${expr}: ${error ?? warnings?.join()}`);
      if (data !== undefined && data.result.length > 0) for (const panel of panels) full.add(panel);
    }
    expect(bad).toEqual([]);
    const empty = result.panels.filter((each) => !full.has(placeOf(each)));
    expect([...new Set(empty.map(({ panel }) => panel))].toSorted()).toEqual(Object.keys(emptyPanels).toSorted());
  });

  it("asks for metrics that are there, but for those that this lab cannot have", async () => {
    const rules = await evaluatedRules(server);
    const asked = new Set(
      [...rules.map((rule) => rule.query), ...panelExpressions().keys()].flatMap((expr) =>
        selectors(expr).flatMap(({ name }) => name ?? []),
      ),
    );
    expect(asked.size).toBeGreaterThan(150);
    const there = new Set(
      (await query(server, 'count by (__name__) ({__name__!=""})')).map(({ labels }) => labels["__name__"]),
    );
    const expected = absent.filter(({ unless }) => unless === undefined || globSync(unless).length === 0);
    expect([...asked].filter((name) => !there.has(name)).toSorted()).toEqual(
      expected.flatMap(({ metrics }) => metrics).toSorted(),
    );
  });

  /**
   * Every expression of the dashboards with the variables as Grafana fills them in (all jobs, services and instances, and
   * its shortest rate interval), and the panels that ask it.
   */
  function panelExpressions(): ReadonlyMap<string, readonly string[]> {
    const services = [...result.model.services.keys()].join("|");
    const filled: Readonly<Record<string, string>> = {
      $job: ".+",
      $service: `(${services})`,
      $instance: ".+",
      $__rate_interval: "1m",
    };
    const all = Map.groupBy(result.panels, ({ expr }) => expr.replaceAll(/\$\w+/g, (name) => filled[name] ?? name));
    return new Map([...all].map(([expr, panels]) => [expr, panels.map(placeOf)]));
  }
});

function placeOf({ artifact, panel }: PanelExpression): string {
  return `${artifact} ${panel}`;
}
