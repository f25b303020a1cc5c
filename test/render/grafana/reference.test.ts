import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { expand } from "../../../src/catalog/expand/index.ts";
import { kinds } from "../../../src/catalog/index.ts";
import { checkAlerting } from "../../../src/check/alerting/index.ts";
import { compile } from "../../../src/model/compile.ts";
import { selectors } from "../../../src/promql/rewrite.ts";
import { renderDashboards } from "../../../src/render/grafana/index.ts";
import { lintDashboard } from "../../../src/render/grafana/lint.ts";
import { ownExemptions } from "../../../src/render/grafana/lint-exempt.ts";

const { model } = compile(parse(readFileSync("examples/meishi.yaml", "utf8")), kinds);
if (model === undefined) throw new Error("the reference inventory has errors");
const signals = expand(model, kinds);
const { artifacts, expressions } = renderDashboards(model, signals);

test("the reference inventory has a dashboard for each owner and each kind, under titles and uids of their own", () => {
  const names = artifacts.map(({ path }) => path);
  for (const owner of ["platform", "storefront", "ordering", "dba", "middleware", "community"])
    expect(names).toContain(`dashboards/owner-${owner}.json`);
  for (const kind of new Set([...model.services.values()].map((service) => service.kind)))
    expect(names).toContain(`dashboards/${kind}.json`);
  for (const key of ["title", "uid"]) {
    const values = artifacts.map(({ content }) => JSON.parse(content)[key]);
    expect(new Set(values).size).toBe(artifacts.length);
    for (const value of values) expect(value).toMatch(/^.{5,}$/);
  }
});

test("every page keeps dashboard-linter's rules", () => {
  const exempt = ownExemptions(signals);
  const findings = artifacts.flatMap(({ path, content }) =>
    lintDashboard(JSON.parse(content), exempt).map(
      ({ rule, panel, message }) => `${path} ${rule} ${panel}: ${message}`,
    ),
  );
  expect(findings).toEqual([]);
});

test("no selector of an owner's page reaches beyond the owner", () => {
  const beyond = expressions
    .filter(({ artifact }) => artifact.startsWith("dashboards/owner-"))
    .filter(({ artifact, expr }) =>
      selectors(expr).some(
        ({ matchers }) => !matchers.some(({ label, value }) => label === "owner" && artifact.includes(`-${value}.`)),
      ),
    );
  expect(beyond).toEqual([]);
});

test("every alert of the reference inventory reaches somebody", () => {
  expect(checkAlerting(model, signals)).toEqual([]);
});
