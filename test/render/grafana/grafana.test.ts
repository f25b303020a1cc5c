import { load } from "js-yaml";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { grafanaUid } from "../../../src/model/grafana-uid.ts";
import type { Model } from "../../../src/model/model.ts";
import { renderDashboards } from "../../../src/render/grafana/index.ts";
import { flow, idsFor } from "../../../src/render/grafana/layout.ts";
import { renderProvisioning } from "../../../src/render/grafana/provisioning.ts";
import type { Panel } from "../../../src/signals/panel.ts";
import type { Signals } from "../../../src/signals/signals.ts";
import { host, model, service, signals } from "../platform.ts";

const everything = (of: Model) => [...renderDashboards(of, signals).artifacts, ...renderProvisioning(of)];

const dashboardSchema = z.object({
  uid: z.string(),
  title: z.string(),
  tags: z.array(z.string()),
  schemaVersion: z.number(),
  graphTooltip: z.number(),
  links: z.array(z.object({ title: z.string(), url: z.string().optional(), tags: z.array(z.string()) })),
  templating: z.object({ list: z.array(z.object({ name: z.string(), allValue: z.string().optional() })) }),
  panels: z.array(
    z.object({
      id: z.number(),
      type: z.string(),
      title: z.string(),
      gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
      targets: z.array(z.object({ refId: z.string(), expr: z.string(), instant: z.boolean().optional() })).default([]),
      transformations: z.array(z.object({ id: z.string(), options: z.unknown() })).default([]),
      fieldConfig: z
        .object({
          defaults: z.object({
            thresholds: z.object({ steps: z.array(z.object({ value: z.number().nullable(), color: z.string() })) }),
            color: z.object({ mode: z.string() }),
            mappings: z.array(z.unknown()),
            noValue: z.string().optional(),
          }),
        })
        .optional(),
    }),
  ),
});

function dashboards(said: Signals = signals, changed: Model = model) {
  return renderDashboards(changed, said).artifacts.map(({ path, content }) => ({
    path,
    ...dashboardSchema.parse(JSON.parse(content)),
  }));
}

function dashboard(name: string, said: Signals = signals) {
  const found = dashboards(said).find(({ path }) => path === `dashboards/${name}.json`);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

function withPanel(panel: Panel): Signals {
  const [first, ...rest] = signals.dashboards;
  if (first === undefined) throw new Error("no dashboard");
  return { ...signals, dashboards: [{ ...first, rows: [{ title: "Row", panels: [panel] }] }, ...rest] };
}

const panel: Panel = {
  title: "A panel",
  description: "Normal is normal.",
  type: "stat",
  unit: "short",
  queries: [{ expr: "mysql_up", legend: "{{instance}}" }],
};

function printed(more: Partial<Panel>) {
  const found = dashboard("mysql", withPanel({ ...panel, ...more })).panels.find(({ title }) => title === panel.title);
  if (found === undefined) throw new Error("no panel");
  return found;
}

describe("dashboards", () => {
  test("there is an overview, one for each owner of something and one for each kind", () => {
    expect(dashboards().map(({ path }) => path)).toEqual([
      "dashboards/overview.json",
      "dashboards/owner-dba.json",
      "dashboards/owner-platform.json",
      "dashboards/owner-web.json",
      "dashboards/mysql.json",
      "dashboards/node.json",
    ]);
  });

  test("titles, uids and panel ids are unique, for Grafana revokes a provider's rights over equal ones", () => {
    const all = dashboards();
    expect(new Set(all.map(({ title }) => title)).size).toBe(all.length);
    expect(new Set(all.map(({ uid }) => uid)).size).toBe(all.length);
    for (const { panels } of all) expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });

  test("they are of a schema that Grafana 10 reads, with a shared crosshair", () => {
    for (const { schemaVersion, graphTooltip } of dashboards()) {
      expect(schemaVersion).toBeGreaterThanOrEqual(36);
      expect(schemaVersion).toBeLessThanOrEqual(39);
      expect(graphTooltip).toBe(1);
    }
  });

  test("no panel stands on another or beyond the edge", () => {
    for (const { panels } of dashboards()) {
      const cells = new Set<string>();
      for (const { gridPos } of panels)
        for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
          for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
            expect(x).toBeLessThan(24);
            expect(cells.has(`${x} ${y}`)).toBe(false);
            cells.add(`${x} ${y}`);
          }
    }
  });

  test("links that name a dashboard lead to one of ours", () => {
    const all = dashboards();
    const known = new Set(all.map(({ uid }) => `/d/${uid}`));
    const urls = all.flatMap(({ links }) => links.flatMap(({ url }) => (url?.startsWith("/d/") ? [url] : [])));
    expect(urls).toHaveLength(all.length - 1);
    for (const url of urls) expect(known).toContain(url);
    for (const { links } of all)
      for (const { tags } of links)
        if (tags.length > 0) expect(all.some((each) => tags.every((tag) => each.tags.includes(tag)))).toBe(true);
  });

  test("the page of a kind leads to its runbooks", () => {
    expect(dashboard("mysql").links.find(({ title }) => title === "Runbooks")?.url).toBe(
      "https://runbooks.meishi.example/mysql",
    );
  });

  test("a kind without panels has no dashboard, and nothing is shown where nothing is scraped", () => {
    const bare = { ...signals, dashboards: signals.dashboards.map((each) => ({ ...each, rows: [] })) };
    expect(dashboards(bare).map(({ path }) => path)).not.toContain("dashboards/mysql.json");
    expect(dashboards({ ...signals, jobs: [] })).toEqual([]);
  });

  test("they are the same bytes every time, and installed where Grafana runs", () => {
    expect(everything(model)).toEqual(everything(model));
    const [first] = everything(model);
    expect(first?.installs).toEqual([{ host: "mon1", path: "/var/lib/grafana/dashboards/stackwright/overview.json" }]);
  });

  test("an id belongs to a panel's name and not to its place", () => {
    const ids = new Map(dashboard("mysql").panels.map(({ title, id }) => [title, id]));
    const [first, second] = signals.dashboards;
    if (first === undefined || second === undefined) throw new Error("no dashboards");
    const turned = { ...signals, dashboards: [{ ...first, rows: first.rows.toReversed() }, second] };
    expect(new Map(dashboard("mysql", turned).panels.map(({ title, id }) => [title, id]))).toEqual(
      new Map([...ids].toReversed()),
    );
  });
});

describe("expressions", () => {
  const { expressions } = renderDashboards(model, signals);
  const of = (artifact: string, title: string) =>
    expressions.filter((each) => each.artifact === artifact && each.panel === title).map(({ expr }) => expr);

  test("every selector gets the matchers of the variables", () => {
    expect(of("dashboards/mysql.json", "Connections")).toEqual([
      'sum by (service) (rate(mysql_connections_total{job=~"$job",service=~"$service",instance=~"$instance"}[$__rate_interval]))',
    ]);
  });

  test("a metric that everybody has is narrowed to the job of the kind", () => {
    expect(of("dashboards/mysql.json", "Targets up")[0]).toBe(
      'sum by (service) (up{job="mysql",job=~"$job",service=~"$service",instance=~"$instance"})',
    );
  });

  test("recorded numbers of the inventory are not asked for an instance", () => {
    expect(of("dashboards/mysql.json", "Targets up")[1]).toBe(
      'service:expected_targets:count{job=~"$job",service=~"$service"}',
    );
  });

  test("a recorded metric is asked only for labels that its rule keeps", () => {
    const record = {
      record: "mysql:queries:rate5m",
      expr: "sum by (service, owner) (rate(q_total[5m]))",
      kind: "mysql",
    };
    const said = { ...withPanel({ ...panel, queries: [{ expr: record.record, legend: "" }] }), records: [record] };
    const found = renderDashboards(model, said).expressions.find((each) => each.panel === panel.title);
    expect(found?.expr).toBe('mysql:queries:rate5m{service=~"$service",owner="dba"}');
    expect(
      renderDashboards(model, said).expressions.find(
        (each) => each.artifact === "dashboards/mysql.json" && each.panel === panel.title,
      )?.expr,
    ).toBe('mysql:queries:rate5m{service=~"$service"}');
  });

  test("an owner's page shows nothing of others", () => {
    const own = expressions.filter(({ artifact }) => artifact === "dashboards/owner-dba.json");
    expect(own.length).toBeGreaterThan(10);
    for (const { expr } of own) expect(expr).toContain('owner="dba"');
  });

  test("what stands in the dashboard is what the proof is given", () => {
    for (const { path, panels } of dashboards()) {
      const given = expressions.filter(({ artifact }) => artifact === path).map(({ expr }) => expr);
      for (const { targets } of panels) for (const { expr } of targets) expect(given).toContain(expr);
    }
  });

  test("the blackbox exporter's page offers all that is probed", () => {
    const [first] = signals.dashboards;
    if (first === undefined) throw new Error("no dashboard");
    const said = { ...signals, dashboards: [{ ...first, kind: "blackbox" }] };
    const found = renderDashboards(model, said).expressions.find(
      (each) => each.artifact === "dashboards/blackbox.json" && each.panel === "variable job",
    );
    expect(found?.expr).toBe('up{job=~"blackbox(-.+)?"}');
  });
});

describe("variables", () => {
  test("all services are written out, all jobs and instances match by .+", () => {
    const { list } = dashboard("mysql").templating;
    expect(list.map(({ name, allValue }) => [name, allValue])).toEqual([
      ["datasource", undefined],
      ["job", ".+"],
      ["service", undefined],
      ["instance", ".+"],
    ]);
  });
});

describe("panels", () => {
  const colours = (levels: Panel["levels"]) =>
    printed({ ...(levels && { levels }) }).fieldConfig?.defaults.thresholds.steps.map(
      ({ value, color }) => `${value} ${color}`,
    );

  test("colours turn from green to red as the value rises, and the other way where low is bad", () => {
    expect(colours({ warning: 5, critical: 9 })).toEqual(["null green", "5 yellow", "9 red"]);
    expect(colours({ warning: 9, critical: 5, lowIsBad: true })).toEqual(["null red", "5 yellow", "9 green"]);
    expect(colours({ warning: 1, critical: 1, lowIsBad: true })).toEqual(["null red", "1 green"]);
    expect(colours(undefined)).toEqual(["null blue"]);
  });

  test("lines keep a colour each where there are levels; what shows one value takes the level's", () => {
    const mode = (type: Panel["type"]) =>
      printed({ type, levels: { warning: 5, critical: 9 } }).fieldConfig?.defaults.color.mode;
    expect(mode("timeseries")).toBe("palette-classic-by-name");
    for (const type of ["stat", "bargauge", "state-timeline", "table"] as const) expect(mode(type)).toBe("thresholds");
  });

  test("a table joins its queries by their labels and calls the columns by their legends", () => {
    const table = printed({
      type: "table",
      queries: [
        { expr: "mysql_up", legend: "{{service}} up" },
        { expr: "mysql_version_info", legend: "{{service}} {{version}} known" },
      ],
    });
    expect(table.targets.map(({ refId, instant }) => [refId, instant])).toEqual([
      ["A", true],
      ["B", true],
    ]);
    expect(table.transformations).toEqual([
      { id: "filterFieldsByName", options: { include: { names: ["service", "version", "Value #A", "Value #B"] } } },
      { id: "merge", options: {} },
      {
        id: "organize",
        options: {
          excludeByName: { Time: true },
          indexByName: { service: 0, version: 1, "Value #A": 2, "Value #B": 3 },
          renameByName: { "Value #A": "up", "Value #B": "known" },
        },
      },
    ]);
  });

  test("words stand for values", () => {
    expect(printed({ mappings: { "0": "down", "1": "up" } }).fieldConfig?.defaults.mappings).toEqual([
      { type: "value", options: { "0": { text: "down", index: 0 }, "1": { text: "up", index: 1 } } },
    ]);
  });

  test("states of which none is better have a colour each, those with levels the level's", () => {
    const colours = (more: Partial<Panel>) => {
      const [mapping] = printed({ type: "state-timeline", mappings: { "0": "backup", "1": "master" }, ...more })
        .fieldConfig?.defaults.mappings ?? [undefined];
      return JSON.stringify(mapping).match(/"color":"[^"]*"/g);
    };
    expect(new Set(colours({})).size).toBe(2);
    expect(colours({ levels: { warning: 1, critical: 1 } })).toBeNull();
  });

  test("an owner's table of alerts says that none fires", () => {
    const table = dashboard("owner-dba").panels.find(({ title }) => title === "Firing alerts");
    expect(table?.fieldConfig?.defaults.noValue).toBe("No alert fires");
  });

  test("a panel says in its own words that there is nothing to show, where that is no fault", () => {
    const [first] = signals.dashboards;
    const [row] = first?.rows ?? [];
    const [panel] = row?.panels ?? [];
    if (first === undefined || row === undefined || panel === undefined) throw new Error("no panel");
    const rows = [
      {
        ...row,
        panels: [
          { ...panel, whenEmpty: "all answer" },
          { ...panel, title: "Another" },
        ],
      },
    ];
    const { panels } = dashboard(first.kind, { ...signals, dashboards: [{ ...first, rows }] });
    const said = panels.map(({ title, fieldConfig }) => [title, fieldConfig?.defaults.noValue]);
    expect(said).toEqual(
      expect.arrayContaining([
        [panel.title, "all answer"],
        ["Another", undefined],
      ]),
    );
  });

  test("virtual IPs are shown where something tells who holds them", () => {
    expect(dashboard("overview").panels.map(({ title }) => title)).not.toContain("Virtual IPs");
    const [job] = signals.jobs;
    if (job === undefined) throw new Error("no job");
    const metrics = [{ name: "keepalived_vip_held", type: "gauge", labels: { vip: "open" } }] as const;
    const said = { ...signals, jobs: [...signals.jobs, { ...job, endpoint: { ...job.endpoint, metrics } }] };
    expect(dashboard("overview", said).panels.map(({ title }) => title)).toContain("Virtual IPs");
  });
});

describe("layout", () => {
  test("boxes flow from left to right and then below the tallest", () => {
    const { places, bottom } = flow(
      [
        { w: 8, h: 4 },
        { w: 12, h: 8 },
        { w: 8, h: 4 },
        { w: 30, h: 2 },
      ],
      1,
    );
    expect(places).toEqual([
      { x: 0, y: 1, w: 8, h: 4 },
      { x: 8, y: 1, w: 12, h: 8 },
      { x: 0, y: 9, w: 8, h: 4 },
      { x: 0, y: 13, w: 24, h: 2 },
    ]);
    expect(bottom).toBe(15);
  });

  test("equal names get ids of their own", () => {
    const [first, second] = idsFor(["a", "a"]);
    expect(first).not.toBe(second);
  });

  test("uids have at most 40 characters, and long names that begin alike differ", () => {
    const long = { platform: "a-platform-with-a-rather-long-name" };
    const uids = ["elasticsearch", "elasticsearch-2"].map((name) => grafanaUid(long, name));
    for (const uid of uids) expect(uid).toMatch(/^[a-zA-Z0-9_-]{8,40}$/);
    expect(uids[0]).not.toBe(uids[1]);
    expect(grafanaUid({ platform: "meishi" }, "mysql")).toBe("sw-meishi-mysql");
  });
});

describe("provisioning", () => {
  const sourceSchema = z.object({
    datasources: z.array(
      z.object({
        name: z.string(),
        type: z.string(),
        uid: z.string(),
        url: z.string(),
        isDefault: z.boolean().optional(),
        jsonData: z.record(z.string(), z.unknown()),
      }),
    ),
  });
  const sources = (
    changed: Model,
    path = "deploy/services/boards/etc/grafana/provisioning/datasources/stackwright.yaml",
  ) => {
    const artifact = everything(changed).find((each) => each.path === path);
    return sourceSchema.parse(load(artifact?.content ?? "")).datasources;
  };
  const log1 = host("log1", { backend: "203.0.113.81" });
  const mon2 = host("mon2", { backend: "203.0.113.72" });
  const traced: Model = {
    ...model,
    services: new Map([
      ...model.services,
      service("spans", "jaeger", [mon2]),
      service("logs", "elasticsearch", [log1], { port: 9200 }),
    ]),
    logging: { store: "logs", shipper: "fluentd", retention: undefined, source: ["logging"] },
  };

  test("each Prometheus of the pair is a data source, and the first is the default", () => {
    expect(sources(model).map(({ name, url, isDefault }) => [name, url, isDefault])).toEqual([
      ["Prometheus metrics mon1", "http://203.0.113.71:9090", true],
      ["Prometheus metrics mon2", "http://203.0.113.72:9090", false],
    ]);
    expect(sources(model)[0]?.jsonData["timeInterval"]).toBe("15s");
  });

  test("exemplars lead to traces, traces to logs and logs to traces", () => {
    const [metrics, , traces, logs] = sources(traced);
    expect(metrics?.jsonData["exemplarTraceIdDestinations"]).toEqual([
      { name: "trace_id", datasourceUid: "sw-meishi-spans-mon2", urlDisplayLabel: "Trace" },
    ]);
    expect(traces).toMatchObject({ type: "jaeger", url: "http://203.0.113.72:16686", uid: "sw-meishi-spans-mon2" });
    expect(traces?.jsonData["tracesToLogsV2"]).toMatchObject({
      datasourceUid: logs?.uid,
      query: `trace.id:"$$\{__trace.traceId}"`,
    });
    expect(logs?.jsonData["dataLinks"]).toEqual([
      { field: "trace.id", url: `$$\{__value.raw}`, urlDisplayLabel: "Trace", datasourceUid: traces?.uid },
    ]);
    expect(logs?.jsonData["index"]).toBe("logs-*-production");
  });

  test("without traces and logs nothing points at them", () => {
    expect(JSON.stringify(sources(model))).not.toMatch(/trace|elastic/);
  });

  test("a Prometheus is reached on the leg that it shares with Grafana, else on its first", () => {
    const prometheus = host("mon1", { frontend: "198.51.100.71", backend: "203.0.113.71" });
    const grafana = host("web1", { backend: "203.0.113.51" });
    const elsewhere = host("web2", { office: "192.0.2.9" });
    const services = (at: typeof grafana) =>
      new Map([
        ...model.services,
        service("metrics", "prometheus", [prometheus], { port: 9090 }),
        service("boards", "grafana", [at]),
      ]);
    expect(sources({ ...model, services: services(grafana) })[0]?.url).toBe("http://203.0.113.71:9090");
    expect(sources({ ...model, services: services(elsewhere) })[0]?.url).toBe("http://198.51.100.71:9090");
  });

  test("Grafana hosts that need other addresses get files of their own", () => {
    const prometheus = host("mon1", { frontend: "198.51.100.71", backend: "203.0.113.71" });
    const hosts = [host("web1", { backend: "203.0.113.51" }), host("web2", { frontend: "198.51.100.52" })];
    const services = new Map([
      ...model.services,
      service("metrics", "prometheus", [prometheus], { port: 9090 }),
      service("boards", "grafana", hosts),
    ]);
    const path = (name: string) => `deploy/hosts/${name}/etc/grafana/provisioning/datasources/stackwright.yaml`;
    expect(sources({ ...model, services }, path("web1"))[0]?.url).toBe("http://203.0.113.71:9090");
    expect(sources({ ...model, services }, path("web2"))[0]?.url).toBe("http://198.51.100.71:9090");
  });
});
