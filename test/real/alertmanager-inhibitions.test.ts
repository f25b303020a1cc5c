import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { renderAlertmanager } from "../../src/render/alertmanager/index.ts";
import { model, signals } from "../render/platform.ts";
import { describeWith } from "./tool.ts";

const program = "prometheus-alertmanager";
const listed = z.array(
  z.object({ labels: z.record(z.string(), z.string()), status: z.object({ inhibitedBy: z.array(z.string()) }) }),
);

let folder = "";
let base = "";
let running: ChildProcess | undefined;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Asks until it answers; the time limit of the hook ends it otherwise. */
async function ready(): Promise<void> {
  for (;;) {
    const answer = await fetch(`${base}/-/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What Alertmanager lists and does not inhibit. */
async function told(): Promise<readonly string[]> {
  const alerts = listed.parse(await (await fetch(`${base}/api/v2/alerts`)).json());
  return alerts
    .filter(({ status }) => status.inhibitedBy.length === 0)
    .map(({ labels }) => `${labels["alertname"]} ${labels["host"] ?? labels["service"]}`)
    .toSorted();
}

const alert = (alertname: string, severity: string, service: string, host?: string): Record<string, string> => ({
  alertname,
  severity,
  service,
  owner: "dba",
  ...(host === undefined ? {} : { host, instance: `${host}:1` }),
});

describeWith([program], "inhibitions in Alertmanager", () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "stackwright-alertmanager-"));
    const file = join(folder, "alertmanager.yml");
    const config = renderAlertmanager(model, signals).find(({ path }) => path.endsWith("/alertmanager.yml"));
    // Nobody is to be told from here: each receiver keeps its name and loses its channels.
    const [routing = "", receivers = ""] = (config?.content ?? "").split(/^receivers:$/m);
    writeFileSync(file, `${routing}receivers:\n${receivers.match(/^ {2}- name: .*$/gm)?.join("\n")}\n`);
    const port = await freePort();
    base = `http://127.0.0.1:${port}`;
    running = spawn(
      program,
      [
        `--config.file=${file}`,
        `--storage.path=${folder}`,
        `--web.listen-address=127.0.0.1:${port}`,
        "--cluster.listen-address=",
      ],
      { stdio: "ignore" },
    );
    await ready();
  });

  afterAll(async () => {
    if (running !== undefined) {
      running.kill();
      await once(running, "exit");
    }
    if (folder !== "") rmSync(folder, { recursive: true });
  });

  test("Alertmanager tells a dead host once and hides nothing critical of others", async () => {
    const firing = [
      alert("HostDown", "critical", "node", "db1"),
      alert("MysqlDown", "critical", "orders-db", "db1"),
      alert("MysqlSlowQueriesHigh", "warning", "orders-db", "db1"),
      alert("NodeExporterDown", "warning", "node", "db1"),
      alert("ProbeFailed", "critical", "orders-db", "db1"),
      alert("MysqlDown", "critical", "orders-db", "db2"),
      alert("MysqlSlowQueriesHigh", "warning", "orders-db", "db2"),
      alert("MysqlNoPrimary", "critical", "orders-db"),
      alert("NodeExporterDown", "warning", "node", "mon1"),
      alert("NodeLoadHigh", "warning", "node", "mon1"),
      alert("MysqlSlowQueriesHigh", "warning", "orders-db", "mon1"),
    ];
    const posted = await fetch(`${base}/api/v2/alerts`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(firing.map((labels) => ({ labels }))),
    });
    expect(posted.status).toBe(200);
    // What was just posted is hidden only when the inhibitor has seen it.
    await expect
      .poll(told, { timeout: 20_000 })
      .toEqual([
        "HostDown db1",
        "MysqlDown db2",
        "MysqlNoPrimary orders-db",
        "MysqlSlowQueriesHigh mon1",
        "NodeExporterDown mon1",
      ]);
  });
});
