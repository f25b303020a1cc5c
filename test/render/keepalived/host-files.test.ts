import { describe, expect, it } from "vitest";
import { splitWords, valuesOf } from "../../artifact/systemd-reader.ts";
import { blockOf, built, configPath, configsOf, fileOn, linesIn } from "./members.ts";

const folder = "/etc/systemd/system";

/** The check of a service that stands alone behind the address. */
function checkOf(service: object, host = "lb1"): string {
  const artifacts = built({ services: { edge: service } });
  return fileOn(artifacts, host, "/etc/keepalived/check-edge").content;
}

describe("the check of a service", () => {
  const hosts = ["lb1", "lb2", "lb3"];

  it("asks our loopback server of an nginx with sites, whatever its sites do", () => {
    const site = { server_name: "www.example.org", virtual_ip: "web", routes: [{ path: "/", to: "app" }] };
    const artifacts = built({
      services: {
        edge: { kind: "nginx", hosts, nginx: { sites: [site], status_port: 9800 } },
        app: { kind: "tomcat", hosts: ["lb1", "lb2"] },
      },
    });
    const { content } = fileOn(artifacts, "lb1", "/etc/keepalived/check-edge");
    expect(content).toContain("/dev/tcp/127.0.0.1/9800");
    expect(content).toContain("/health 127.0.0.1:9800");
    expect(content).toContain("HTTP/1.[01]\\ 200[!0-9]*");
  });

  it("asks for the health that the inventory names, where the service listens on this host", () => {
    const content = checkOf({
      kind: "nodejs",
      hosts: { lb1: { port: 3001 }, lb2: {}, lb3: {} },
      port: 3000,
      health: { path: "/healthz?full=1", status: 204 },
    });
    expect(content).toContain("/dev/tcp/192.0.2.11/3001");
    expect(content).toContain("'/healthz?full=1' 192.0.2.11:3001");
    expect(content).toContain("HTTP/1.[01]\\ 204[!0-9]*");
  });

  it("connects where there is nothing better to ask", () => {
    const content = checkOf(
      { kind: "mysql", hosts: { lb1: { role: "primary" }, lb2: { role: "replica" }, lb3: { role: "replica" } } },
      "lb2",
    );
    expect(content).toContain("/dev/tcp/192.0.2.12/3306");
    expect(content).not.toContain("HTTP");
    expect(checkOf({ kind: "nginx", hosts })).toContain("/dev/tcp/192.0.2.11/80");
  });

  it("ends before keepalived would end it", () => {
    const artifacts = built({
      services: {
        edge: { kind: "nginx", hosts },
        keepalived: { kind: "keepalived", keepalived: { check: { interval: 5, timeout: 3 } } },
      },
    });
    expect(fileOn(artifacts, "lb1", "/etc/keepalived/check-edge").content).toContain("timeout --kill-after=0.05 2.9 ");
  });

  it("belongs to root and can be changed by nobody else", () => {
    const artifacts = built().filter(({ content }) => content.startsWith("#!"));
    expect(artifacts.length).toBeGreaterThan(3);
    for (const { mode, owner, path } of artifacts) expect([path, mode, owner]).toEqual([path, 0o755, "root:root"]);
  });
});

describe("the track file of a service", () => {
  it("is written by the service's own unit: 0 when it runs, -254 when it has stopped", () => {
    const artifacts = built({
      services: {
        edge: {
          kind: "mysql",
          hosts: { lb1: { role: "primary" }, lb2: { role: "replica" }, lb3: { role: "replica" } },
        },
      },
    });
    const dropIn = fileOn(artifacts, "lb1", `${folder}/mariadb.service.d/stackwright-track-edge.conf`).content;
    const command = (name: string) =>
      valuesOf([dropIn], `Service.${name}`).map((value) => splitWords(value, true))[0] ?? [];
    const words = (value: number) => [
      "-+/bin/sh",
      "-c",
      `test -d /run/stackwright/track || mkdir -p /run/stackwright/track; echo ${value} >/run/stackwright/track/edge`,
    ];
    expect(command("ExecStartPost")).toEqual(words(0));
    expect(command("ExecStopPost")).toEqual(words(-254));
  });

  it("is written by the unit that the system of the host has, where the packages name it differently", () => {
    const front = (last: number, os: string) => ({ address: `192.0.2.${last}`, segment: "front", os });
    const artifacts = built({
      hosts: { lb1: front(11, "debian-12"), lb2: front(12, "rhel-9") },
      services: { edge: { kind: "redis", hosts: { lb1: { role: "primary" }, lb2: { role: "replica" } } } },
      virtual_ips: {
        web: { address: "192.0.2.100/24", service: "edge", virtual_router_id: 51, priority: ["lb1", "lb2"] },
      },
    });
    const dropIns = (host: string) =>
      artifacts.flatMap(({ installs }) =>
        installs
          .filter((each) => each.host === host && each.path.includes("stackwright-track"))
          .map(({ path }) => path),
      );
    expect(dropIns("lb1")).toEqual([`${folder}/redis-server.service.d/stackwright-track-edge.conf`]);
    expect(dropIns("lb2")).toEqual([`${folder}/redis.service.d/stackwright-track-edge.conf`]);
  });

  it("is there when the host starts, and a service that runs already is not in fault", () => {
    const { content } = fileOn(built(), "lb1", "/etc/tmpfiles.d/stackwright-keepalived.conf");
    const lines = content.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    expect(lines).toEqual([
      "d /run/stackwright 0755 root root -",
      "d /run/stackwright/track 0755 root root -",
      "f /run/stackwright/track/edge 0644 root root - 0",
    ]);
  });
});

describe("the unit of keepalived", () => {
  const unit = fileOn(built(), "lb1", `${folder}/keepalived.service.d/stackwright.conf`).content;

  it("comes back after a crash, but not for ever", () => {
    expect(valuesOf([unit], "Service.Restart")).toEqual(["always"]);
    expect(valuesOf([unit], "Unit.StartLimitBurst")).toEqual(["20"]);
    expect(valuesOf([unit], "Unit.StartLimitIntervalSec")).toEqual(["5min"]);
  });

  it("leaves no process and no address behind", () => {
    expect(valuesOf([unit], "Service.KillMode")).toEqual(["control-group"]);
    expect(valuesOf([unit], "Service.ExecStopPost")).toEqual(["-/bin/sh /etc/keepalived/release-addresses"]);
  });

  it("makes the folder of the track files before each start and reload, without which keepalived 2.2.7 crashes", () => {
    const make = "/bin/mkdir -p /run/stackwright/track";
    expect(valuesOf([unit], "Service.ExecStartPre")).toEqual([make]);
    expect(valuesOf([unit], "Service.ExecReload")).toEqual([make, "/bin/kill -HUP $MAINPID"]);
  });

  it("needs no restart for its drop-in, which would move the addresses", () => {
    const { installs } = fileOn(built(), "lb1", `${folder}/keepalived.service.d/stackwright.conf`);
    expect(installs).toEqual(
      ["lb1", "lb2"].map((host) => ({ host, path: `${folder}/keepalived.service.d/stackwright.conf` })),
    );
  });
});

describe("the metrics of keepalived", () => {
  it("are written where and as often as the inventory says", () => {
    const artifacts = built({
      services: {
        edge: { kind: "nginx", hosts: ["lb1", "lb2", "lb3"] },
        keepalived: { kind: "keepalived", keepalived: { textfile: "/srv/metrics/k.prom", textfile_interval: "30s" } },
      },
    });
    const service = fileOn(artifacts, "lb1", `${folder}/stackwright-keepalived-metrics.service`).content;
    const timer = fileOn(artifacts, "lb1", `${folder}/stackwright-keepalived-metrics.timer`).content;
    expect(valuesOf([service], "Service.ExecStart")).toEqual([
      "/bin/sh /etc/keepalived/write-metrics /srv/metrics/k.prom",
    ]);
    expect(valuesOf([timer], "Timer.OnUnitActiveSec")).toEqual(["30000ms"]);
  });

  it("know each virtual IP of the host as its config has it", () => {
    const artifacts = built();
    const { content } = fileOn(artifacts, "lb2", "/etc/keepalived/virtual-ips");
    const lines = content.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    expect(lines).toEqual(["web edge eth0 51 192.0.2.100 24 254 0", "web6 edge bond0.12 52 2001:DB8::100 64 253 1"]);
    const instances = configsOf(artifacts).get("lb2") ?? [];
    expect(linesIn(blockOf(instances, "vrrp_instance", "web6"), "virtual_ipaddress")[0]?.[0]).toBe("2001:DB8::100/64");
    expect(fileOn(artifacts, "lb2", configPath).content).toContain("priority 253");
  });
});
