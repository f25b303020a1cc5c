import { describe, expect, it } from "vitest";
import { originOf } from "../../../src/explain/file.ts";
import { randomInventory } from "../../random/inventory.ts";
import { blockOf, built, configPath, configsOf, fileOn, linesIn, rendered, wordsAt } from "./members.ts";

describe("keepalived.conf", () => {
  const artifacts = built();
  const configs = configsOf(artifacts);
  const lb1 = configs.get("lb1");

  it("goes to the members that we manage, and to no other host", () => {
    expect([...configs.keys()].sort()).toEqual(["lb1", "lb2"]);
    expect(fileOn(artifacts, "lb1", configPath)).toMatchObject({ mode: 0o644, owner: "root:root" });
    expect(fileOn(artifacts, "lb1", configPath).installs).toEqual([
      { host: "lb1", path: configPath, reload: "keepalived" },
    ]);
  });

  it("never tells a member to begin as master, and gives each a priority of its own", () => {
    for (const config of configs.values())
      for (const name of ["web", "web6"])
        expect(wordsAt(blockOf(config, "vrrp_instance", name), "state")).toEqual(["BACKUP"]);
    const priority = (host: string, name: string) =>
      wordsAt(blockOf(configs.get(host), "vrrp_instance", name), "priority");
    expect([priority("lb1", "web"), priority("lb2", "web")]).toEqual([["253"], ["254"]]);
    expect([priority("lb1", "web6"), priority("lb2", "web6")]).toEqual([["254"], ["253"]]);
  });

  it("lets a member that came back wait, or leaves the address where it is", () => {
    const web = blockOf(lb1, "vrrp_instance", "web");
    const web6 = blockOf(lb1, "vrrp_instance", "web6");
    expect([wordsAt(web, "nopreempt"), wordsAt(web, "preempt_delay")]).toEqual([[], undefined]);
    expect([wordsAt(web6, "nopreempt"), wordsAt(web6, "preempt_delay")]).toEqual([undefined, ["5"]]);
  });

  it("speaks by unicast with all other members, also those of others, on the segment of the address", () => {
    const web = blockOf(lb1, "vrrp_instance", "web");
    expect(wordsAt(web, "interface")).toEqual(["eth0"]);
    expect(wordsAt(web, "unicast_src_ip")).toEqual(["192.0.2.11"]);
    expect(linesIn(web, "unicast_peer").map(([address]) => address)).toEqual(["192.0.2.12", "192.0.2.13"]);
    const web6 = blockOf(lb1, "vrrp_instance", "web6");
    expect(wordsAt(web6, "interface")).toEqual(["bond0.12"]);
    expect(wordsAt(web6, "unicast_src_ip")).toEqual(["2001:db8::11"]);
    expect(linesIn(web6, "unicast_peer").map(([address]) => address)).toEqual(["2001:db8::12", "2001:db8::13"]);
  });

  it("hears no advert that came through a router", () => {
    for (const name of ["web", "web6"])
      for (const [, ...more] of linesIn(blockOf(lb1, "vrrp_instance", name), "unicast_peer"))
        expect(more).toEqual(["min_ttl", "255"]);
  });

  it("keeps an IPv6 address from being the source of what the host asks others", () => {
    expect(linesIn(blockOf(lb1, "vrrp_instance", "web"), "virtual_ipaddress")).toEqual([["192.0.2.100/24"]]);
    expect(linesIn(blockOf(lb1, "vrrp_instance", "web6"), "virtual_ipaddress")).toEqual([
      ["2001:DB8::100/64", "preferred_lft", "0"],
    ]);
  });

  it("says intervals in seconds, with VRRP version 3", () => {
    expect(wordsAt(blockOf(lb1, "global_defs"), "vrrp_version")).toEqual(["3"]);
    expect(wordsAt(blockOf(lb1, "vrrp_instance", "web"), "advert_int")).toEqual(["1"]);
    expect(wordsAt(blockOf(lb1, "vrrp_instance", "web6"), "advert_int")).toEqual(["0.2"]);
  });

  it("keeps a config that is wrong from being loaded, and scripts that others can write from being run", () => {
    const globals = blockOf(lb1, "global_defs");
    expect(wordsAt(globals, "reload_check_config")).toEqual([]);
    expect(wordsAt(globals, "enable_script_security")).toEqual([]);
    expect(wordsAt(globals, "script_user")).toEqual(["root"]);
  });

  it("has nothing that does not work with unicast, or not in a container", () => {
    const text = [...configs.keys()].map((host) => fileOn(artifacts, host, configPath).content).join("\n");
    expect(text).not.toMatch(/vrrp_strict|use_vmac|track_process|mcast|auth_type|MASTER|weight -/);
  });

  it("tracks the check of the service and its state, without a weight", () => {
    const script = blockOf(lb1, "vrrp_script", "check_edge");
    expect(script?.block?.map(({ words }) => words.join(" "))).toEqual([
      "script /etc/keepalived/check-edge",
      "interval 1",
      "timeout 1",
      "fall 2",
      "rise 2",
    ]);
    expect(wordsAt(blockOf(lb1, "track_file", "state_edge"), "file")).toEqual(["/run/stackwright/track/edge"]);
    for (const name of ["web", "web6"]) {
      const instance = blockOf(lb1, "vrrp_instance", name);
      expect(linesIn(instance, "track_script")).toEqual([["check_edge"]]);
      expect(linesIn(instance, "track_file")).toEqual([["state_edge"]]);
    }
  });

  it("takes its settings from the service of kind keepalived, wherever that has them", () => {
    const config = configsOf(
      built({
        services: {
          edge: { kind: "nginx", hosts: ["lb1", "lb2", "lb3"] },
          keepalived: {
            kind: "keepalived",
            keepalived: { garp_refresh: "2m", check: { interval: 2, timeout: 3, fall: 1, rise: 4 } },
          },
        },
      }),
    ).get("lb2");
    expect(wordsAt(blockOf(config, "global_defs"), "vrrp_garp_master_refresh")).toEqual(["120"]);
    const script = blockOf(config, "vrrp_script", "check_edge");
    expect(["interval", "timeout", "fall", "rise"].map((key) => wordsAt(script, key)?.[0])).toEqual([
      "2",
      "3",
      "1",
      "4",
    ]);
  });

  it("lies under /usr/libexec on Red Hat's systems, where SELinux lets keepalived run scripts", () => {
    const hosts = {
      lb1: { address: "192.0.2.11", segment: "front", os: "rhel-9", labels: { rack: "a" } },
      lb2: { address: "192.0.2.12", segment: "front", os: "ubuntu-24.04", labels: { rack: "b" } },
    };
    const mixed = built({
      hosts,
      services: { edge: { kind: "nginx", hosts: ["lb1", "lb2"] } },
      virtual_ips: { web: { address: "192.0.2.100/24", service: "edge", virtual_router_id: 51 } },
    });
    const scriptOn = (host: string): string =>
      wordsAt(blockOf(configsOf(mixed).get(host), "vrrp_script", "check_edge"), "script")?.[0] ?? "";
    expect(scriptOn("lb1")).toBe("/usr/libexec/keepalived/check-edge");
    expect(scriptOn("lb2")).toBe("/etc/keepalived/check-edge");
    expect(fileOn(mixed, "lb1", scriptOn("lb1")).mode).toBe(0o755);
    expect(fileOn(mixed, "lb2", scriptOn("lb2")).mode).toBe(0o755);
  });

  it("has a priority for 254 members and no more", () => {
    const members = (count: number): Readonly<Record<string, unknown>> => {
      const hosts = Array.from({ length: count }, (_, index) => `h${index}`);
      return {
        segments: { lan: { cidr: "10.20.0.0/16", interface: "eth0" } },
        hosts: Object.fromEntries(
          hosts.map((name, index) => [name, { address: `10.20.${index >> 7}.${(index & 127) + 1}`, segment: "lan" }]),
        ),
        services: { edge: { kind: "nginx", hosts } },
        virtual_ips: { web: { address: "10.20.9.9/16", service: "edge", virtual_router_id: 51 } },
      };
    };
    const configs = configsOf(built(members(254)));
    const priorities = [...configs.values()].map((each) => wordsAt(blockOf(each, "vrrp_instance", "web"), "priority"));
    expect(new Set(priorities.map(Number))).toEqual(new Set(Array.from({ length: 254 }, (_, index) => index + 1)));
    expect(() => built(members(256))).toThrow('"web" has 256 members: VRRP has priorities for 254');
  });

  it("leads from each line to what the inventory says there", () => {
    const artifact = fileOn(artifacts, "lb1", configPath);
    const lines = artifact.content.split("\n");
    const at = (text: string): string =>
      originOf(artifact, lines.findIndex((line) => line.trim() === text) + 1)?.source.join(".") ?? "";
    expect(at("interface bond0.12")).toBe("segments.six.interface");
    expect(at("virtual_router_id 51")).toBe("virtual_ips.web.virtual_router_id");
    expect(at("priority 253")).toBe("virtual_ips.web.priority");
    expect(at("192.0.2.13 min_ttl 255")).toBe("hosts.lb3.addresses.front");
    expect(at("unicast_src_ip 192.0.2.11")).toBe("hosts.lb1.addresses.front");
    expect(at("192.0.2.100/24")).toBe("virtual_ips.web.address");
    expect(at("advert_int 0.2")).toBe("virtual_ips.web6");
    expect(at("router_id lb1")).toBe("hosts.lb1");
  });

  it("is not there without a virtual IP", () => {
    const names = built({ virtual_ips: {} }).filter(({ generator }) => generator === "render/keepalived");
    expect(names).toEqual([]);
  });
});

const seeds = Array.from({ length: 60 }, (_, index) => 4001 + index);

describe("the members of a virtual IP", () => {
  it("fit together in 60 random inventories: what keepalived cannot see from one host", () => {
    let pairs = 0;
    for (const seed of seeds) {
      const { artifacts, model } = rendered(randomInventory(seed));
      const configs = configsOf(artifacts);
      for (const vip of model.virtualIps.values()) {
        const members = vip.priority.flatMap((host) => {
          const instance = blockOf(configs.get(host), "vrrp_instance", vip.name);
          return instance === undefined ? [] : [{ host, instance }];
        });
        expect(members.map(({ host }) => host)).toEqual(vip.priority.filter((host) => model.hosts.get(host)?.managed));
        const legs = new Map(
          vip.priority.map((host) => [
            host,
            model.hosts.get(host)?.legs.find(({ segment }) => segment === vip.segment)?.address,
          ]),
        );
        for (const { host, instance } of members) {
          // Every member, and never itself.
          expect(wordsAt(instance, "unicast_src_ip")).toEqual([legs.get(host)]);
          const others = vip.priority.filter((name) => name !== host).map((name) => legs.get(name));
          expect(linesIn(instance, "unicast_peer").map(([address]) => address)).toEqual(others);
          expect(others.length).toBeGreaterThan(0);
          expect(wordsAt(instance, "state")).toEqual(["BACKUP"]);
        }
        const all = (keyword: string) => new Set(members.map(({ instance }) => String(wordsAt(instance, keyword))));
        for (const keyword of ["virtual_router_id", "advert_int", "nopreempt", "preempt_delay", "interface"])
          expect(all(keyword).size, keyword).toBeLessThanOrEqual(1);
        expect(
          new Set(members.map(({ instance }) => String(linesIn(instance, "virtual_ipaddress")))).size,
        ).toBeLessThanOrEqual(1);
        expect(all("priority").size).toBe(members.length);
        for (const priority of all("priority")) expect(Number(priority)).toBeLessThanOrEqual(254);
        if (members.length > 1) pairs += 1;
      }
      for (const [host, config] of configs) {
        const ids = config
          .filter(({ words }) => words[0] === "vrrp_instance")
          .map((each) => `${wordsAt(each, "interface")} ${wordsAt(each, "virtual_router_id")}`);
        expect(new Set(ids).size, host).toBe(ids.length);
      }
    }
    expect(pairs).toBeGreaterThan(30);
  });
});
