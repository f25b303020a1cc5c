import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { kinds } from "../../src/catalog/index.ts";
import { readInventory } from "../../src/inventory/read.ts";
import { build } from "../../src/pipeline/build.ts";
import type { OwnFiles } from "../../src/pipeline/own-parts.ts";

const reading = readInventory(readFileSync(new URL("../../examples/one-host.yaml", import.meta.url)));

function buildWith(own: Partial<Record<keyof OwnFiles, string>>) {
  if (!reading.ok) throw new Error("the example is not YAML");
  const files = (key: keyof OwnFiles, file: string) => {
    const content = own[key];
    return content === undefined ? [] : [{ file, content, source: ["extra", key, 0] }];
  };
  const { problems, result } = build(reading, kinds, () => ({
    rules: files("rules", "mine/shop.yml"),
    dashboards: files("dashboards", "mine/shop.json"),
    scrapeConfigs: files("scrapeConfigs", "mine/scrape.yml"),
  }));
  return { problems, result, findings: result?.proof.findings.map(({ code }) => code) ?? [] };
}

function recording(expr: string): string {
  return JSON.stringify({ groups: [{ name: "own", rules: [{ record: "job:own:sum", expr }] }] });
}

const scrape = `
- job_name: legacy
  static_configs: [{ targets: ["192.0.2.77:9500"], labels: { team: shop } }]
`;

describe("own parts", () => {
  it("has a path that matches no file reported at its place", () => {
    const named = readInventory(
      `${readFileSync(new URL("../../examples/one-host.yaml", import.meta.url), "utf8")}extra: { rules: [mine/*.yml, typo/*.yml] }\n`,
    );
    if (!named.ok) throw new Error("the example is not YAML");
    const rules = [{ file: "mine/shop.yml", content: recording("up"), source: ["extra", "rules", 0] }];
    const { problems } = build(named, kinds, () => ({ rules, dashboards: [], scrapeConfigs: [] }));
    expect(problems).toMatchObject([{ code: "unknown-reference", path: ["extra", "rules", 1] }]);
  });

  it("passes an own dashboard on, byte for byte, to the hosts of Grafana", () => {
    const content = `{ "title": "Shop", "panels": [{ "targets": [{ "expr": "up" }] }] }`;
    const found = buildWith({ dashboards: content }).result?.artifacts.find((each) => each.content === content);
    expect(found?.path).toBe("dashboards/own-mine-shop.json");
    expect(found?.installs.map(({ host }) => host)).toEqual(["box"]);
  });

  it("leaves alone what another data source than Prometheus is asked", () => {
    const loki = { datasource: { type: "loki", uid: "logs" }, expr: '{app="shop"} |= "error"' };
    const prometheus = { datasource: { type: "prometheus", uid: "$datasource" }, expr: "rate(node_load1[5m])" };
    const panels = [
      { title: "Logs", targets: [loki] },
      { title: "All logs", datasource: loki.datasource, targets: [{ expr: loki.expr }] },
      { title: "Both", datasource: { type: "datasource", uid: "-- Mixed --" }, targets: [loki, prometheus] },
    ];
    expect(buildWith({ dashboards: JSON.stringify({ title: "Shop", panels }) }).findings).toEqual(["rate-of-gauge"]);
  });

  it("names the panel of an own dashboard, and the line of its expression", () => {
    const target = { expr: "rate(node_load1[5m])" };
    const panels = [{ title: "Row", panels: [{ title: "Load", targets: [target] }, { targets: [target] }] }];
    const dashboards = JSON.stringify({ title: "Shop", panels }, undefined, 2);
    const findings = buildWith({ dashboards }).result?.proof.findings ?? [];
    expect(findings.map(({ message }) => message.split(": ")[0])).toEqual(['panel "Load"', "a panel without a title"]);
    const lines = dashboards.split("\n").flatMap((line, index) => (line.includes("expr") ? [index + 1] : []));
    expect(findings.map(({ line }) => line)).toEqual(lines);
  });

  it("has an expression placed in its own rule where an earlier one holds the same text", () => {
    const rules =
      "groups:\n- name: own\n  rules:\n  - { alert: A, expr: sum by (service) (up) > 1 }\n  - { alert: B, expr: sum by ( }\n";
    const findings = buildWith({ rules }).result?.proof.findings ?? [];
    expect(findings.map(({ code, line, column }) => [code, line, column])).toEqual([
      ["parse-error", 5, expect.any(Number)],
      ["untested-alert", 4, 14],
      ["untested-alert", 5, 14],
    ]);
  });

  it.each([
    ["one of ours", "- job_name: node\n"],
    ["another one in mine/scrape.yml", "- job_name: legacy\n- job_name: legacy\n"],
  ])("may have no job_name of %s", (owner, scrapeConfigs) => {
    const found = buildWith({ scrapeConfigs }).problems.filter(({ code }) => code === "duplicate-name");
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      path: ["extra", "scrapeConfigs", 0],
      hint: "give it another job_name in mine/scrape.yml",
    });
    expect(found[0]?.message).toContain(`mine/scrape.yml has a scrape config with job_name`);
    expect(found[0]?.message).toContain(`which is also that of ${owner}`);
  });

  it("may not be two files that would stand under one name, and may be found by two globs", () => {
    const file = (name: string, glob: number) => ({
      file: name,
      content: recording(`count(up{job="node"}) + ${name.length}`),
      source: ["extra", "rules", glob],
    });
    const built = (rules: OwnFiles["rules"]) => {
      if (!reading.ok) throw new Error("the example is not YAML");
      return build(reading, kinds, () => ({ rules, dashboards: [], scrapeConfigs: [] })).problems.filter(
        ({ severity }) => severity === "error",
      );
    };
    expect(built([file("mine/shop.yml", 0), file("mine-shop.yml", 1)])).toMatchObject([
      { code: "duplicate-name", path: ["extra", "rules", 1], hint: "give mine-shop.yml another name" },
    ]);
    expect(built([file("mine/shop.yml", 0), file("mine/shop.yml", 1)])).toEqual([]);
  });

  it("proves the expressions of an own dashboard", () => {
    const content = `{ "panels": [{ "panels": [{ "targets": [{ "expr": "rate(node_load1[5m])" }] }] }] }`;
    expect(buildWith({ dashboards: content }).findings).toEqual(["rate-of-gauge"]);
  });

  it("does not know a metric that no target has", () => {
    expect(buildWith({ rules: recording("sum by (job) (legacy_orders)") }).findings).toEqual(["unknown-metric"]);
  });

  it("lets any metric come from an own scrape config, under its job and with its labels", () => {
    const rules = recording(
      `sum by (job, team) (legacy_orders{job="legacy", team="shop"}) + sum by (job, team) (up{job="legacy"})`,
    );
    expect(buildWith({ rules, scrapeConfigs: scrape }).findings).toEqual([]);
  });

  it("says that a metric cannot come from an own scrape config where the job is another", () => {
    const rules = recording(`node_load11{job="node"}`);
    expect(buildWith({ rules, scrapeConfigs: scrape }).findings).toEqual(["impossible-match"]);
  });

  it("takes any label for possible where discovery could make it", () => {
    const found = scrape.replace("static_configs:", "file_sd_configs: [{ files: [legacy.json] }]\n  static_configs:");
    const rules = recording(`sum by (service) (up{job="legacy", service="old"})`);
    expect(buildWith({ rules, scrapeConfigs: found }).findings).toEqual([]);
    expect(buildWith({ rules, scrapeConfigs: scrape }).findings).not.toEqual([]);
  });
});

describe("own parts beside ours", () => {
  it.each([
    ["basic_auth: { username: u, password: hunter2 }", "basic_auth.password", "write password_file"],
    ["authorization: { credentials: hunter2 }", "authorization.credentials", "write credentials_file"],
    ["consul_sd_configs: [{ server: x, token: hunter2 }]", "consul_sd_configs.0.token", "take it out"],
    ["proxy_url: http://user:hunter2@proxy.example", "proxy_url", "take it out"],
  ])("a scrape config with %s is a literal secret, which is not repeated", (setting, at, hint) => {
    const { problems } = buildWith({ scrapeConfigs: `${scrape}  ${setting}\n` });
    expect(problems).toMatchObject([{ code: "literal-secret", path: ["extra", "scrapeConfigs", 0] }]);
    expect(problems[0]?.message).toContain(`a literal at ${at};`);
    expect(problems[0]?.hint).toContain(hint);
    expect(JSON.stringify(problems)).not.toContain("hunter2");
  });

  it.each([
    "basic_auth: { username: u, password_file: /etc/x }",
    "bearer_token_file: /etc/x",
    "params: { auth: [public_v2] }",
  ])("a scrape config with %s is none", (setting) => {
    expect(buildWith({ scrapeConfigs: `${scrape}  ${setting}\n` }).problems).toEqual([]);
  });

  it("an alert with the name of one of ours is refused, because routes and inhibitions know alerts by name", () => {
    const rules = (name: string) =>
      JSON.stringify({ groups: [{ name: "own", rules: [{ alert: name, expr: "up == 0" }] }] });
    expect(buildWith({ rules: rules("NodeRebooted") }).problems).toMatchObject([
      { code: "duplicate-name", message: "mine/shop.yml has an alert NodeRebooted, which is also one of ours" },
    ]);
    expect(buildWith({ rules: rules("ShopRebooted") }).problems).toEqual([]);
  });

  it.each(["uid", "title"] as const)("a dashboard with the %s of one of ours is refused", (key) => {
    const ours = buildWith({}).result?.artifacts.find(({ path }) => path === "dashboards/node.json")?.content ?? "{}";
    const taken: unknown = JSON.parse(ours)[key];
    const dashboard = { title: "Shop", uid: "own", panels: [], [key]: taken };
    expect(taken).toEqual(expect.any(String));
    expect(buildWith({ dashboards: JSON.stringify(dashboard) }).problems).toMatchObject([
      {
        code: "duplicate-name",
        message: `mine/shop.json has the ${key} ${JSON.stringify(taken)} of our dashboards/node.json`,
      },
    ]);
  });

  it("two own dashboards with one uid are told from each other", () => {
    if (!reading.ok) throw new Error("the example is not YAML");
    const file = (name: string, uid?: string) => ({
      file: name,
      content: JSON.stringify({ title: name, uid }),
      source: ["extra", "dashboards", 0],
    });
    const of = (...dashboards: ReturnType<typeof file>[]) =>
      build(reading, kinds, () => ({ rules: [], dashboards, scrapeConfigs: [] })).problems;
    expect(of(file("a.json", "x"), file("b.json", "x"))).toMatchObject([
      { code: "duplicate-name", message: 'b.json has the uid "x" of a.json' },
    ]);
    expect(of(file("a.json"), file("b.json"))).toEqual([]);
  });

  it("a rule file with a misspelt key is told with the place in it", () => {
    const rules = "groups:\n- name: own\n  rules:\n  - { record: a:b:c, expr: up }\n  - { alert: A, exp: up == 0 }\n";
    expect(buildWith({ rules }).problems).toMatchObject([
      {
        code: "invalid-value",
        message: "mine/shop.yml is no rule file: groups[0].rules[1].expr is missing or has the wrong form",
      },
    ]);
  });
});
