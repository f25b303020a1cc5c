import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { node } from "../../../src/catalog/node/index.ts";
import { windows } from "../../../src/catalog/windows/index.ts";
import { windowsSettings } from "../../../src/catalog/windows/settings.ts";
import { readInventory } from "../../../src/inventory/read.ts";
import { compile } from "../../../src/model/compile.ts";
import type { Model, Service } from "../../../src/model/model.ts";

function compiled(settings: unknown): { readonly model: Model; readonly service: Service } {
  const { model, problems } = compile(
    {
      version: 1,
      platform: "example",
      segments: { lan: { cidr: "192.0.2.0/24", interface: "Ethernet0" } },
      hosts: { vdi1: { address: "192.0.2.31", segment: "lan", os: "windows" } },
      services: { desktops: { kind: "windows", owner: "office", hosts: ["vdi1"], windows: settings } },
    },
    [node, windows],
  );
  const service = model?.services.get("desktops");
  if (model === undefined || service === undefined) throw new Error(JSON.stringify(problems));
  return { model, service };
}

describe("windows", () => {
  it("records each listed service once, so that alerts can ask for it", () => {
    const { service } = compiled({ services: ["VDImonitor", "Spooler", "VDImonitor"] });
    expect(windows.expects?.(service).map((rule) => rule.labels)).toEqual([
      { service: "desktops", owner: "office", kind: "windows", job: "windows", name: "Spooler" },
      { service: "desktops", owner: "office", kind: "windows", job: "windows", name: "VDImonitor" },
    ]);
  });

  it("records nothing where nothing is listed", () => {
    expect(windows.expects?.(compiled({}).service)).toEqual([]);
  });

  it("lets the exporter report only the listed services, by a pattern that means their very names", () => {
    const { service, model } = compiled({ services: ["MSSQL$PROD", "W3SVC"], collectors: ["service", "cpu"] });
    expect(windows.units?.(service, model)).toEqual([
      {
        name: "windows_exporter",
        flags: ["--collectors.enabled=cpu,service", "--collector.service.include=MSSQL\\$PROD|W3SVC"],
      },
    ]);
  });

  it("has metrics of the collectors that are on, with time beside the exporter's defaults", () => {
    const { service, model } = compiled({});
    expect(windows.endpoints(service, model)[0]?.collectors).toContain("time");
    const off = compiled({ collectors: ["cpu"] });
    expect(windows.endpoints(off.service, off.model)[0]?.collectors).toEqual(["cpu"]);
  });

  it("knows which release took a metric away", () => {
    const { service, model } = compiled({});
    const families = windows.endpoints(service, model)[0]?.metrics ?? [];
    const versions = (name: string) => families.find((family) => family.name === name)?.versions;
    expect(versions("windows_cs_physical_memory_bytes")).toBe("<0.31.0");
    expect(versions("windows_system_boot_time_timestamp")).toBe(">=0.30.6");
    expect(versions("windows_memory_physical_total_bytes")).toBe(">=0.29.0");
  });

  it("names every metric once", () => {
    const { service, model } = compiled({});
    const names = (windows.endpoints(service, model)[0]?.metrics ?? []).map((family) => family.name);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });

  it("refuses a service name that would leave its place in a flag", () => {
    expect(windowsSettings.safeParse({ services: ['a" --x'] }).success).toBe(false);
    expect(windowsSettings.safeParse({ services: ["SQL Server Agent"] }).success).toBe(true);
  });

  it("shows services and the clock only where they are watched", () => {
    const titles = (settings: unknown) =>
      windows.dashboard([compiled(settings).service]).flatMap((row) => row.panels.map((panel) => panel.title));
    expect(titles({})).not.toContain("Listed services");
    expect(titles({ services: ["W3SVC"] })).toContain("Listed services");
    expect(titles({ collectors: ["cpu"] })).not.toContain("Clock offset");
  });

  it("has an example without a problem", () => {
    const reading = readInventory(readFileSync(new URL("../../../src/catalog/windows/example.yaml", import.meta.url)));
    expect(reading.ok && compile(reading.value, [node, windows]).problems).toEqual([]);
  });
});
