import { existsSync, globSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { kinds } from "../../src/catalog/index.ts";
import type { Kind } from "../../src/catalog/kind.ts";
import { readInventory } from "../../src/inventory/read.ts";
import { type BuildResult, build } from "../../src/pipeline/build.ts";
import { parse } from "../../src/promql/parse.ts";
import type { AlertTemplate } from "../../src/signals/alert.ts";
import { folderOf, readOf, sectionOf } from "./folder.ts";

const noOwnFiles = () => ({ rules: [], dashboards: [], scrapeConfigs: [] });
const severityNames = ["critical", "warning", "info"];

describe("the registry", () => {
  const ids = kinds.map((kind) => kind.id);

  it("has every folder of the catalog that holds a kind, and nothing else", () => {
    const folders = globSync("*/index.ts", { cwd: folderOf("") })
      .map((file) => file.split("/")[0] ?? "")
      .filter((folder) => folder !== "expand");
    expect([...ids].sort()).toEqual(folders.sort());
  });

  it("is sorted by id", () => {
    expect(ids).toEqual([...ids].sort());
  });

  it("has no alert name twice", () => {
    const names = kinds.flatMap((kind) => kind.alerts.map((alert) => `${alert.name} of ${kind.id}`));
    const counts = Map.groupBy(names, (name) => name.split(" ")[0]);
    expect([...counts.values()].filter((same) => same.length > 1)).toEqual([]);
  });
});

describe.each(kinds.map((kind) => [kind.id, kind] as const))("kind %s", (id, kind) => {
  const readme = readOf(id, "README.md");
  const example = readInventory(readOf(id, "example.yaml"));
  const built = example.ok ? build(example, kinds, noOwnFiles) : undefined;

  it("has all its files", () => {
    const wanted = ["index.ts", "metrics.ts", "README.md", "example.yaml"];
    expect(wanted.filter((file) => !existsSync(folderOf(id) + file))).toEqual([]);
    expect(["alerts.ts", "alerts"].some((file) => existsSync(folderOf(id) + file))).toBe(true);
  });

  it("exports itself under its id", async () => {
    const exported: unknown = await import(`${folderOf(id)}index.ts`);
    const name = id.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    expect(exported).toHaveProperty(name, kind);
  });

  it("has a README that names exporter, port and source, and every setting", () => {
    const missing = [
      ...["Exporter", "Settings", "Alerts", "Pitfalls"].filter((name) => !sectionOf(readme, `## ${name}`)),
      ...exporterFacts(built?.result, id).filter((fact) => !names(readme, fact)),
      ...settingNames(kind).filter((key) => !new RegExp(`\`[^\`\n]*\\b${key}\\b[^\`\n]*\``).test(readme)),
    ];
    expect(missing).toEqual([]);
    const sources = built?.result?.signals.jobs
      .filter((job) => job.kind === id)
      .map(({ endpoint }) => endpoint.exporter.source);
    expect(sources?.filter((source) => source.length < 20)).toEqual([]);
  });

  it("has alerts that outrank only alerts of its own that are no more severe and about the same sort of thing", () => {
    const wrong = kind.alerts.flatMap(({ name, severity, about, outranks }) =>
      (outranks?.alerts ?? []).filter((other) => {
        const milder = kind.alerts.find((alert) => alert.name === other);
        return milder === undefined || other === name || milder.about !== about || isMilder(severity, milder.severity);
      }),
    );
    expect(wrong).toEqual([]);
  });

  it("says under which names an inventory can set the versions of its exporters", () => {
    const named = kinds.flatMap((each) => [each.id, ...(each.tools ?? [])]);
    const asked = built?.result?.signals.jobs.map(({ endpoint }) => endpoint.exporter.name) ?? [];
    expect(asked.filter((name) => !named.includes(name))).toEqual([]);
  });

  it("has a runbook of some substance for each alert, and for no other", () => {
    const runbooks = [...readme.matchAll(/^### (\S+)$/gm)].map((match) => match[1]);
    const alerts = new Set(kind.alerts.map((alert) => alert.name));
    expect(runbooks.filter((name) => /^[A-Z]\w+$/.test(name ?? "") && !alerts.has(name ?? ""))).toEqual([]);
    const thin = [...alerts].filter((name) => sentences(sectionOf(readme, `### ${name}`) ?? "") < 3);
    expect(thin).toEqual([]);
  });

  it("tells when it is down, or says why nothing can be scraped and asks its port instead", () => {
    const watching = /(?:\b|_)up(?:\{[^}]*\})? == 0|probe_success|service:expected_targets:count/;
    expect(kind.alerts.filter((alert) => watching.test(alert.expr)).length).toBeGreaterThan(0);
    if (built?.result?.signals.jobs.some((job) => job.kind === id) === true) return;
    expect(kind).toMatchObject({ unscraped: expect.any(String), probe: expect.anything() });
    expect(kind.alerts.some((alert) => alert.expr.includes("probe_success"))).toBe(true);
  });

  it("has alerts with the right form, texts on one line, and a case for each", () => {
    expect(kind.alerts.flatMap((alert) => mistakesOf(alert).map((mistake) => `${alert.name} ${mistake}`))).toEqual([]);
  });

  it("has an example without a problem, whose expressions are proven", () => {
    expect(example.ok && built?.problems).toEqual([]);
    expect(built?.result?.proof.findings).toEqual([]);
    expect(built?.result?.artifacts.length).toBeGreaterThan(0);
    expect([...(built?.result?.model.services.values() ?? [])].map((service) => service.kind)).toContain(id);
  });

  it("has panels with title, unit and a description that says what is normal and where to look", () => {
    const own = built?.result?.signals.dashboards.filter((dashboard) => dashboard.kind === id) ?? [];
    const panels = own.flatMap((dashboard) => dashboard.rows.flatMap((row) => row.panels));
    expect(panels.length).toBeGreaterThan(0);
    const poor = panels.filter(
      ({ title, unit, description }) =>
        title === "" || unit === "" || words(description) < 10 || sentences(description) < 2,
    );
    expect(poor.map(({ title, description }) => `${title}: ${description}`)).toEqual([]);
    const titles = own.flatMap(({ rows }) =>
      rows.flatMap((row) => row.panels.map((panel) => `${row.title}/${panel.title}`)),
    );
    expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
  });

  it("has timelines of states with words, and with levels unless they say who has which part", () => {
    const panels = (built?.result?.signals.dashboards ?? [])
      .filter((dashboard) => dashboard.kind === id)
      .flatMap((dashboard) => dashboard.rows.flatMap((row) => row.panels))
      .filter(({ type }) => type === "state-timeline");
    const wrong = panels.filter(({ mappings, levels }) => {
      const words = Object.values(mappings ?? {});
      return words.length === 0 || (levels === undefined && !words.some((word) => roles.includes(word)));
    });
    expect(wrong.map(({ title }) => title)).toEqual([]);
  });
});

function isMilder(severity: string, than: string): boolean {
  return severityNames.indexOf(severity) > severityNames.indexOf(than);
}

/** Words for states of which none is trouble: who has which part. */
const roles = ["primary", "master", "leads", "held", "writable"];

/** What a README has to name of what the example scrapes: exporter and port; the kind's own port where nothing is. */
function exporterFacts(result: BuildResult | undefined, id: string): readonly string[] {
  const jobs = result?.signals.jobs.filter((job) => job.kind === id) ?? [];
  const ports = [...(result?.model.services.values() ?? [])]
    .filter((service) => service.kind === id)
    .map((service) => service.port);
  if (jobs.length === 0) return ports.flatMap((port) => (port === undefined ? [] : [`${port}`]));
  // What an application listens on is its own affair.
  const own = kinds.find((kind) => kind.id === id)?.port === undefined ? ports : [];
  return jobs
    .filter(({ endpoint }) => endpoint.anyMetrics !== true)
    .flatMap(({ endpoint: { exporter, port } }) => [exporter.name, ...(own.includes(port) ? [] : [`${port}`])]);
}

/** True where a text names something, however its words are joined: `node_exporter`, `Node exporter`, `prometheus-node-exporter`. */
function names(text: string, name: string): boolean {
  const plain = (words: string): string => words.toLowerCase().replaceAll(/[\s_`-]+/g, "");
  return plain(text).includes(plain(name));
}

const schema = z.looseObject({ properties: z.record(z.string(), z.unknown()).optional() });

/** Keys of the kind's settings, the outermost ones. */
function settingNames(kind: Kind): readonly string[] {
  const printed = schema.parse(z.toJSONSchema(kind.settings, { io: "input", unrepresentable: "any" }));
  return Object.keys(printed.properties ?? {});
}

function mistakesOf(alert: AlertTemplate): readonly string[] {
  const texts = [alert.summary, alert.description];
  const { fires, quiet } = alert.test;
  const isEmpty = (series: typeof fires): boolean => typeof series !== "function" && Object.keys(series).length === 0;
  return [
    ...(/^[A-Z][A-Za-z0-9]+$/.test(alert.name) ? [] : ["is not PascalCase"]),
    ...(texts.every((text) => /^[^\n]{10,400}$/.test(text))
      ? []
      : ["has a text that is empty, long or not on one line"]),
    ...(texts.every(balanced) ? [] : ["has a text with a broken template"]),
    ...(alert.always === true || severityNames.includes(alert.severity) ? [] : [`has severity ${alert.severity}`]),
    ...(alert.always === true || !(isEmpty(fires) || isEmpty(quiet)) ? [] : ["has no case"]),
    ...(alert.threshold !== undefined && !alert.expr.includes("$threshold") ? ["never uses its threshold"] : []),
    ...(alert.threshold === undefined && alert.expr.includes("$threshold") ? ["has no threshold"] : []),
    ...(parse(alert.expr.replaceAll("$threshold", "1"), {}).ok ? [] : ["is no PromQL"]),
    ...(/\bservice\s*(=|!=|=~|!~)\s*"/.test(alert.expr) ? ["matches a service by name"] : []),
  ];
}

/** Templates speak of labels and values only: every name in them comes from the alert itself. */
function balanced(text: string): boolean {
  const templates = [...text.matchAll(/\{\{(.*?)\}\}/g)].map((match) => match[1] ?? "");
  const rest = text.replaceAll(/\{\{.*?\}\}/g, "");
  return (
    !/[{}]/.test(rest) &&
    templates.every((template) => /^ (\$labels\.\w+|\$value|printf ".*" \$value)( \| .+)? $/.test(template))
  );
}

function words(text: string): number {
  return text.split(/\s+/).filter((word) => word !== "").length;
}

/** Sentences, list entries and clauses after a semicolon. */
function sentences(text: string): number {
  return text.split(/[.;:!?](?=\s|$)|\n- /).filter((part) => words(part) > 1).length;
}
