import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { renderAlertmanager } from "../../src/render/alertmanager/index.ts";
import { receiverName } from "../../src/render/alertmanager/receivers.ts";
import { buildRoutes } from "../../src/render/alertmanager/routes.ts";
import { receiversOf } from "../../src/render/alertmanager/walk.ts";
import { alerting, model, signals } from "../render/platform.ts";
import { describeWith } from "./tool.ts";

let folder = "";
let file = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "stackwright-amtool-"));
  file = join(folder, "alertmanager.yml");
  const config = renderAlertmanager(model, signals).find(({ path }) => path.endsWith("/alertmanager.yml"));
  writeFileSync(file, config?.content ?? "");
});
afterAll(() => rmSync(folder, { recursive: true }));

function amtool(...args: readonly string[]): { readonly status: number | null; readonly stdout: string } {
  const { status, stdout } = spawnSync("amtool", args, { encoding: "utf8" });
  return { status, stdout };
}

describeWith(["amtool"], "the routes in amtool", () => {
  test("amtool accepts the config", () => {
    const { status, stdout } = amtool("check-config", file);
    expect(stdout).toContain("SUCCESS");
    expect(status).toBe(0);
  });

  test("amtool routes every alert, severity and owner as our own walk does", () => {
    const root = buildRoutes(model, alerting, signals);
    const names = [...signals.alerts.map(({ template }) => template.name), "Unknown"];
    const owners = [...model.owners.keys(), "stranger", ""];
    const wrong: string[] = [];
    for (const alertname of names)
      for (const severity of ["critical", "warning", "info", "none", "page"])
        for (const owner of owners) {
          const labels = { alertname, severity, owner };
          const own = receiverName(receiversOf(root, labels));
          const args = Object.entries(labels).flatMap(([label, value]) => (value === "" ? [] : [`${label}=${value}`]));
          const real = amtool("config", "routes", "test", `--config.file=${file}`, ...args).stdout.trim();
          if (real !== own) wrong.push(`${args.join(" ")}: ${own}, amtool says ${real}`);
        }
    expect(wrong).toEqual([]);
  });
});
