import { describe, expect, it } from "vitest";
import { node } from "../../../src/catalog/node/index.ts";
import { metrics } from "../../../src/catalog/node/metrics.ts";
import type { Model, Service } from "../../../src/model/model.ts";
import { emptyModel, serviceOf } from "../blackbox/models.ts";

const model: Model = emptyModel;
const plain: Service = serviceOf("node", {});

function family(name: string) {
  return metrics.find((each) => each.name === name);
}

describe("the node exporter's job", () => {
  it("drops what keepalived writes into the textfile directory", () => {
    const [endpoint] = node.endpoints(plain, model);
    expect(new RegExp(`^(?:${endpoint?.drop})$`).test("keepalived_vip_held")).toBe(true);
  });

  it("moves with the service's port, and the exporter with it", () => {
    const moved = { ...plain, port: 19100 };
    expect(node.endpoints(moved, model)[0]?.port).toBe(19100);
    expect(node.units?.(moved, model)[0]?.listen).toEqual({ flag: "--web.listen-address", port: 19100 });
  });

  it("knows every collector that the capture saw as on, or as one that can be turned on", () => {
    const extra = ["interrupts", "ksmd", "network_route", "qdisc", "slabinfo", "drbd", "supervisord"];
    const on = node.endpoints(serviceOf("node", { collectors: extra }), model)[0]?.collectors ?? [];
    const unknown = metrics.filter(({ collector }) => collector !== undefined && !on.includes(collector));
    expect(unknown).toEqual([]);
  });

  it("turns a collector on with a flag when the inventory asks for it", () => {
    const asked = serviceOf("node", { collectors: ["supervisord"] });
    expect(node.endpoints(plain, model)[0]?.collectors).not.toContain("supervisord");
    expect(node.endpoints(asked, model)[0]?.collectors).toContain("supervisord");
    expect(node.units?.(asked, model)[0]?.flags).toContain("--collector.supervisord");
  });

  it("shows supervisor programs only where that collector is on", () => {
    const titles = (service: Service) =>
      node.dashboard([service]).flatMap((row) => row.panels.map((panel) => panel.title));
    expect(titles(plain)).not.toContain("Supervisor programs");
    expect(titles(serviceOf("node", { collectors: ["supervisord"] }))).toContain("Supervisor programs");
  });

  it("writes no character into flags that a shell or systemd would read", () => {
    const flags = node.units?.(plain, model).flatMap((unit) => unit.flags ?? []) ?? [];
    expect(flags.length).toBeGreaterThan(4);
    expect(flags.filter((flag) => !/^--[\w.=:/-]+$/.test(flag))).toEqual([]);
  });
});

describe("the node exporter's metrics", () => {
  it("have each family once", () => {
    const names = metrics.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it("tell untyped counters of the kernel from its levels", () => {
    expect(family("node_vmstat_oom_kill")).toMatchObject({ type: "untyped", cumulative: true });
    expect(family("node_netstat_Tcp_RetransSegs")?.cumulative).toBe(true);
    expect(family("node_netstat_Tcp_CurrEstab")?.cumulative).toBeUndefined();
  });

  it("close the modes of CPU time", () => {
    expect(family("node_cpu_seconds_total")?.labels["mode"]).toContain("steal");
    expect(family("node_cpu_seconds_total")?.labels["cpu"]).toBe("open");
  });
});
