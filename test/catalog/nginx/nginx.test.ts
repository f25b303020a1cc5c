import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { keepalived } from "../../../src/catalog/keepalived/index.ts";
import { nginx } from "../../../src/catalog/nginx/index.ts";
import { nginxReferences } from "../../../src/catalog/nginx/references.ts";
import { nginxSettings, usesWaf } from "../../../src/catalog/nginx/settings.ts";
import { node } from "../../../src/catalog/node/index.ts";
import { formatPath } from "../../../src/diagnostics/path.ts";
import { readInventory } from "../../../src/inventory/read.ts";
import { compile } from "../../../src/model/compile.ts";
import type { Model, Service } from "../../../src/model/model.ts";

const kinds = [keepalived, nginx, node];
const tls = { certificate: { host_file: "/etc/ssl/a.crt" }, key: { host_file: "/etc/ssl/a.key" } };

/** An inventory with a balancer `edge` that has these settings, and two web servers. */
function inventory(settings: unknown, more: Readonly<Record<string, unknown>> = {}) {
  return {
    version: 1,
    platform: "example",
    environment: "test",
    segments: { lan: { cidr: "192.0.2.0/24", interface: "eth0" } },
    hosts: {
      lb1: { address: "192.0.2.11", segment: "lan" },
      lb2: { address: "192.0.2.12", segment: "lan" },
      web1: { address: "192.0.2.21", segment: "lan" },
      web2: { address: "192.0.2.22", segment: "lan" },
      web3: { address: "192.0.2.23", segment: "lan" },
    },
    services: {
      edge: { kind: "nginx", hosts: ["lb1", "lb2"], nginx: settings },
      pages: { kind: "nginx", hosts: { web1: {}, web2: { backup: true } }, port: 8080 },
      plain: { kind: "nginx", hosts: ["web3"] },
    },
    virtual_ips: { www: { address: "192.0.2.100/24", service: "edge", virtual_router_id: 51 } },
    ...more,
  };
}

function errors(settings: unknown, more?: Readonly<Record<string, unknown>>): readonly string[] {
  return compile(inventory(settings, more), kinds)
    .problems.filter((problem) => problem.severity === "error")
    .map((problem) => `${problem.code} ${formatPath(problem.path)}`);
}

function compiled(settings: unknown): { readonly model: Model; readonly edge: Service } {
  const { model, problems } = compile(inventory(settings), kinds);
  const edge = model?.services.get("edge");
  if (model === undefined || edge === undefined) throw new Error(JSON.stringify(problems));
  return { model, edge };
}

const site = (more: object = {}) => ({ server_name: "www.example.org", routes: [{ path: "/", to: "pages" }], ...more });
const routes = (...list: object[]) => site({ routes: list.map((route) => ({ to: "pages", ...route })) });

describe("settings of nginx", () => {
  it("are complete when nothing is written", () => {
    expect(nginxSettings.parse({})).toMatchObject({ worker_connections: 8192, waf: "off", sites: [], gzip: true });
  });

  it("give a site port 80, or 443 with tls, and a list of names", () => {
    const { sites } = nginxSettings.parse({ sites: [site(), site({ tls })] });
    expect(sites.map((each) => each.listen)).toEqual([80, 443]);
    expect(sites[0]?.server_name).toEqual(["www.example.org"]);
  });

  it("hand the firewall down to sites and routes that have none of their own", () => {
    const { sites } = nginxSettings.parse({
      waf: { mode: "detect" },
      sites: [routes({ path: "/" }, { path: "/ws", waf: "off" }), site({ waf: "off" })],
    });
    expect(sites[0]?.routes.map((route) => (route.waf === "off" ? "off" : route.waf.mode))).toEqual(["detect", "off"]);
    expect(sites[1]?.routes[0]?.waf).toBe("off");
  });

  it("say that no firewall is needed where every route has it off", () => {
    expect(usesWaf(nginxSettings.parse({ waf: {}, sites: [site({ waf: "off" })] }))).toBe(false);
    expect(usesWaf(nginxSettings.parse({ waf: {}, sites: [site()] }))).toBe(true);
  });

  it("wait an hour for a websocket and a minute for anything else", () => {
    const { sites } = nginxSettings.parse({ sites: [routes({ path: "/" }, { path: "/ws", websocket: true })] });
    expect(sites[0]?.routes.map((route) => route.timeouts.read)).toEqual(["60s", "1h"]);
  });

  it("refuse a day that the calendar does not have", () => {
    const until = (day: string) => ({ waf: { exclusions: [{ rule: 942100, path: "/", reason: "x", until: day }] } });
    expect(nginxSettings.safeParse(until("2027-02-28")).success).toBe(true);
    expect(nginxSettings.safeParse(until("2027-02-30")).success).toBe(false);
  });

  it("refuse a server name that would end a statement", () => {
    expect(errors({ sites: [site({ server_name: "a.example; return 200" })] })).toEqual([
      "unsafe-value services.edge.nginx.sites[0].server_name",
    ]);
  });

  it("read YAML's off as the word, not as false", () => {
    const reading = readInventory("waf: off\nsites: []\n");
    expect(reading.ok && nginxSettings.parse(reading.value).waf).toBe("off");
  });
});

describe("references of nginx", () => {
  it("name each service and virtual IP with its place inside the settings", () => {
    const settings = nginxSettings.parse({ sites: [site({ virtual_ip: "www" })] });
    expect(nginxReferences(settings)).toEqual({
      services: [{ name: "pages", path: ["sites", 0, "routes", 0, "to"] }],
      virtualIps: [{ name: "www", path: ["sites", 0, "virtual_ip"] }],
    });
  });

  it("are looked up in the inventory", () => {
    expect(errors({ sites: [routes({ path: "/", to: "page" })] })).toEqual([
      "unknown-reference services.edge.nginx.sites[0].routes[0].to",
    ]);
  });
});

describe("check of nginx", () => {
  it("has nothing to say about two sites with different names on one address", () => {
    expect(errors({ sites: [site({ tls }), site({ tls, server_name: "api.example.org" })] })).toEqual([]);
  });

  it("finds a name that stands twice on one address and port, in any case of letters", () => {
    expect(errors({ sites: [site(), site({ server_name: ["x.example.org", "WWW.example.org"] })] })).toEqual([
      "duplicate-name services.edge.nginx.sites[1].server_name",
    ]);
  });

  it("lets one name be on two ports", () => {
    expect(errors({ sites: [site(), site({ listen: 8081 })] })).toEqual([]);
  });

  it("counts the port that redirect_http takes", () => {
    expect(errors({ sites: [site(), site({ tls, redirect_http: true })] })).toEqual([
      "duplicate-name services.edge.nginx.sites[1].server_name",
    ]);
  });

  it("finds a path that no request has", () => {
    for (const path of ["/a?b=c", "/a//b", "/a/../b", "/a/."])
      expect(errors({ sites: [routes({ path: "/" }, { path })] })).toEqual([
        "invalid-value services.edge.nginx.sites[0].routes[1].path",
      ]);
    expect(errors({ sites: [routes({ path: "/" }, { path: "/.well-known/x" })] })).toEqual([]);
  });

  it("finds a path that has two routes, with or without the last slash", () => {
    expect(errors({ sites: [routes({ path: "/" }, { path: "/api" }, { path: "/api/" })] })).toEqual([
      "duplicate-name services.edge.nginx.sites[0].routes[2].path",
    ]);
  });

  it("finds tls on one site and none on another of the same port", () => {
    expect(errors({ sites: [site({ tls }), site({ listen: 443, server_name: "b.example.org" })] })).toEqual([
      "invalid-value services.edge.nginx.sites[1].listen",
    ]);
  });

  it("asks for the virtual IP where the service has several, and refuses another service's", () => {
    const vips = (service: string) => ({
      virtual_ips: {
        www: { address: "192.0.2.100/24", service: "edge", virtual_router_id: 51 },
        other: { address: "192.0.2.101/24", service, virtual_router_id: 52 },
      },
    });
    expect(errors({ sites: [site()] }, vips("edge"))).toEqual(["missing-key services.edge.nginx.sites[0]"]);
    expect(errors({ sites: [site({ virtual_ip: "other" })] }, vips("pages"))).toEqual([
      "invalid-value services.edge.nginx.sites[0].virtual_ip",
    ]);
  });

  it("refuses a redirect without tls, a service without a port, and ip_hash with backup instances", () => {
    expect(errors({ sites: [site({ redirect_http: true })] })).toEqual([
      "invalid-value services.edge.nginx.sites[0].redirect_http",
    ]);
    expect(errors({ sites: [routes({ path: "/", to: "plain" })] })).toEqual([
      "invalid-value services.edge.nginx.sites[0].routes[0].to",
    ]);
    expect(errors({ sites: [routes({ path: "/", balancing: "ip_hash" })] })).toEqual([
      "invalid-value services.edge.nginx.sites[0].routes[0].balancing",
    ]);
  });

  it("refuses more connections than open files", () => {
    expect(errors({ worker_connections: 8192, worker_rlimit_nofile: 4096 })).toEqual([
      "invalid-value services.edge.nginx.worker_connections",
    ]);
  });
});

describe("what nginx gives", () => {
  const full = { waf: {}, sites: [site({ tls, redirect_http: true }), site({ server_name: "_", listen: 8081 })] };

  it("is the status page alone without sites, and the access log with them", () => {
    const names = (settings: unknown) => {
      const { edge, model } = compiled(settings);
      return nginx.endpoints(edge, model).map((endpoint) => `${endpoint.name} ${endpoint.port}`);
    };
    expect(names({})).toEqual(["nginx 9113"]);
    expect(names(full)).toEqual(["nginx 9113", "nginx-access 9741"]);
  });

  it("has the firewall's metrics only where a route has the firewall", () => {
    const collectors = (settings: unknown) => {
      const { edge, model } = compiled(settings);
      return nginx.endpoints(edge, model)[1]?.collectors;
    };
    expect(collectors(full)).toEqual(["access", "waf"]);
    expect(collectors({ sites: [site()] })).toEqual(["access"]);
  });

  it("takes the ports of its sites, of the redirect and of the status page, each once", () => {
    expect(nginx.ports?.(compiled(full).edge).map(({ port }) => port)).toEqual([80, 443, 8081, 9742]);
  });

  it("asks each site from outside on its virtual IP and on every balancer, by its name", () => {
    const { edge, model } = compiled(full);
    const probes = nginx.probes?.(edge, model) ?? [];
    const members = probes.filter(({ virtualIp }) => virtualIp === undefined);
    const each = edge.instances.map(({ host }) => host.name);
    expect(members.map(({ at }) => ("host" in at ? at.host : ""))).toEqual([...each, ...each]);
    expect(members[0]).toMatchObject({ module: "https_any", port: 443, hostname: "www.example.org" });
    expect(probes.filter(({ virtualIp }) => virtualIp !== undefined)).toMatchObject([
      {
        module: "https_any",
        at: { address: "192.0.2.100" },
        port: 443,
        hostname: "www.example.org",
        virtualIp: "www",
        instance: "192.0.2.100:443/www.example.org",
      },
      { module: "http_any", port: 8081, instance: "192.0.2.100:8081" },
    ]);
  });

  it("has rows for sites and the firewall only where they can show something", () => {
    const titles = (settings: unknown) => nginx.dashboard([compiled(settings).edge]).map((row) => row.title);
    expect(titles({})).toEqual(["Overview", "Connections"]);
    expect(titles({ sites: [site()] })).toEqual(["Overview", "Connections", "Sites", "Upstreams", "Log reading"]);
    expect(titles(full)).toContain("Firewall");
  });

  it("tells the exporter where the status page is", () => {
    const { edge, model } = compiled({ status_port: 9999 });
    expect(nginx.units?.(edge, model)).toContainEqual(
      expect.objectContaining({
        name: "prometheus-nginx-exporter",
        flags: ["-nginx.scrape-uri=http://127.0.0.1:9999/stub_status"],
      }),
    );
  });
});

it.each(["nginx", "keepalived"])("the example of %s has no problem", (kind) => {
  const reading = readInventory(readFileSync(new URL(`../../../src/catalog/${kind}/example.yaml`, import.meta.url)));
  expect(reading.ok && compile(reading.value, kinds).problems).toEqual([]);
});
