// Draws a generated dashboard from a lab that really runs: `node tools/picture/main.ts [SECONDS]` writes
// docs/dashboard-node.png. Needs root, Prometheus, its exporters, nginx and Chromium. It is a preview, not Grafana.
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { startLab } from "../../test/real/lab/lab.ts";
import { buildText, machinesOf } from "../../test/real/lab/stack.ts";
import { onlyRows, type Panel, readDashboard } from "./dashboard.ts";
import { dataOf, type Range, type Series } from "./data.ts";
import { drawn, hosts, inventory, startAll, work } from "./lab.ts";
import { drawPage, sizeOf } from "./page.ts";
import { screenshot } from "./screenshot.ts";

const seconds = Number(process.argv[2] ?? 300);
const footnote = "Drawn by Stackwright's preview from the real node exporter of a lab; not Grafana";
const file = fileURLToPath(new URL("../../docs/dashboard-node.png", import.meta.url));
const result = buildText(inventory);
const artifact = result.artifacts.find(({ path }) => path === "dashboards/node.json");
if (artifact === undefined) throw new Error("there is no dashboard for hosts");
const dashboard = onlyRows(readDashboard(artifact.content), ["Overview", "CPU", "Memory", "Network"]);

const lab = await startLab(machinesOf(result, hosts));
process.once("SIGINT", () => void lab.clear().finally(() => process.exit(1)));
try {
  await startAll(lab, result);
  await work(lab, seconds);
  const to = Math.floor(Date.now() / 1000) - 1;
  const range: Range = { from: to - seconds + 15, to };
  const variables = { $job: ".+", $service: "node", $instance: `${drawn}:9100`, $__rate_interval: "15s" };
  const data = new Map<Panel, readonly Series[]>();
  const server = lab.machine("mon1");
  for (const panel of dashboard.panels) data.set(panel, await dataOf(panel, range, { server, variables }));
  const chosen = `Job All   ·   Service node   ·   Instance ${drawn}:9100   ·   last ${Math.round(seconds / 60)} minutes`;
  const size = sizeOf(dashboard, 1_440);
  const page = drawPage(dashboard, (panel) => data.get(panel) ?? [], { range, size, chosen, footnote });
  mkdirSync(fileURLToPath(new URL("../../docs", import.meta.url)), { recursive: true });
  if (process.env["PICTURE_PAGE"] !== undefined) writeFileSync(process.env["PICTURE_PAGE"], page);
  await screenshot(page, size, file);
  process.stderr.write(`wrote ${file}\n`);
} finally {
  await lab.clear();
}
