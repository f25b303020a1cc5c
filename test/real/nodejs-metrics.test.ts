// About 5 s.
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { metrics } from "../../src/catalog/nodejs/metrics.ts";
import { freePort } from "./lab/bench.ts";
import { end } from "./lab/place.ts";
import { eventually, get } from "./lab/waiting.ts";

const checkout = fileURLToPath(new URL("../..", import.meta.url));
const running: ChildProcess[] = [];

async function start(name: string, env: Readonly<Record<string, string>>): Promise<string> {
  const port = String(await freePort());
  const child = spawn(
    process.execPath,
    [
      ...["--conditions=stackwright-source", "--import", "@stackwright/telemetry/register"],
      `${checkout}/apps/${name}/src/main.ts`,
    ],
    {
      cwd: checkout,
      stdio: "ignore",
      env: {
        PATH: process.env["PATH"],
        PORT: port,
        OTEL_SERVICE_NAME: name,
        OTEL_TRACES_EXPORTER: "none",
        TELEMETRY_METRICS_PORT: port,
        TELEMETRY_LOG_MODE: "stdout",
        ...env,
      },
    },
  );
  running.push(child);
  const at = `http://127.0.0.1:${port}`;
  await eventually(() => get(`${at}/livez`));
  return at;
}

/** Type and label names of each family of a page. */
function familiesOf(
  page: string,
): ReadonlyMap<string, { readonly type: string; readonly labels: ReadonlySet<string> }> {
  const families = new Map<string, { type: string; labels: Set<string> }>();
  for (const line of page.split("\n")) {
    const [, name, type] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
    if (name !== undefined && type !== undefined) families.set(name, { type, labels: new Set() });
    const [, sample = "", labels = ""] = /^(\w+)\{(.*)\} /.exec(line) ?? [];
    const family = families.get(sample) ?? families.get(sample.replace(/_(bucket|sum|count)$/, ""));
    for (const [, label = ""] of labels.matchAll(/(\w+)="/g)) if (label !== "le") family?.labels.add(label);
  }
  return families;
}

describe("the metrics of an application with the telemetry library", () => {
  let families: ReturnType<typeof familiesOf> = new Map();
  const declared = new Map(metrics.map((family) => [family.name, family]));
  beforeAll(async () => {
    const menu = await start("menu", {});
    const order = await start("order", { UPSTREAM_MENU: menu });
    await get(`${order}/healthz`);
    families = familiesOf(await get(`${order}/metrics`));
  }, 60_000);
  afterAll(() => Promise.all(running.map((child) => end(child))));

  it("are declared in the catalog, with their types and labels, but for those of the application itself", () => {
    const wrong = [...families].flatMap(([name, { type, labels }]) => {
      if (name.startsWith("order_")) return [];
      const known = declared.get(name);
      if (known === undefined) return [`${name} is not declared`];
      // As stored: the target label of that name stands before it.
      const names = Object.keys(known.labels).map((label) => label.replace(/^exported_/, ""));
      const strange = [...labels].filter((label) => !names.includes(label));
      return [
        ...(known.type === type ? [] : [`${name} is a ${type}`]),
        ...strange.map((label) => `${name} has the label ${label}`),
      ];
    });
    expect(wrong).toEqual([]);
  });

  it("are all there that the library is declared to have, from its start on", () => {
    const delivery = /^telemetry_log_records_/;
    const ofPromClient = /^nodejs_active_\w+_total$/;
    const missing = [...declared.keys()].filter(
      (name) => !families.has(name) && !delivery.test(name) && !ofPromClient.test(name),
    );
    expect(missing).toEqual([]);
  });
});
