import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { kinds } from "../../../src/catalog/index.ts";
import { compile } from "../../../src/model/compile.ts";
import { nginxSecrets, renderNginx } from "../../../src/render/nginx/index.ts";
import { type ReadDirective, readNginx } from "../../artifact/nginx-reader.ts";

const base = `
version: 1
platform: p
segments:
  front: { cidr: 198.51.100.0/24, interface: eth0 }
  back: { cidr: 203.0.113.0/24, interface: eth1 }
hosts:
  lb1: { addresses: { front: 198.51.100.11, back: 203.0.113.11 } }
  lb2: { addresses: { front: 198.51.100.12, back: 203.0.113.12 } }
  app1: { addresses: { front: 198.51.100.21, back: 203.0.113.21 } }
  app2: { address: 203.0.113.22, segment: back }
  app3: { address: 203.0.113.23, segment: back }
`;
const app = "  app: { kind: nodejs, hosts: [app1, app2], port: 3000 }\n";
const virtualIps = `
virtual_ips:
  outside: { address: 198.51.100.100/24, service: edge, virtual_router_id: 51, priority: [lb1, lb2] }
  inside: { address: 203.0.113.100/24, service: edge, virtual_router_id: 52, priority: [lb1, lb2] }
`;

interface Files {
  readonly model: NonNullable<ReturnType<typeof compile>["model"]>;
  readonly text: (name: string) => string;
  readonly paths: readonly string[];
  readonly read: (name: string) => readonly ReadDirective[];
}

/** The files of an edge with these settings, by the end of their path. */
function render(settings: string, more = app, around = base): Files {
  const edge = `services:\n  edge:\n    kind: nginx\n    hosts: [lb1, lb2]\n    nginx:\n${settings.replace(/^/gm, "      ")}\n`;
  const { model, problems } = compile(load(around + edge + more), kinds);
  const errors = problems.filter(({ severity }) => severity === "error");
  if (model === undefined || errors.length > 0) throw new Error(JSON.stringify(errors));
  const artifacts = renderNginx(model);
  const text = (name: string): string => {
    const [found, ...others] = artifacts.filter(({ path }) => path.endsWith(`/${name}`));
    if (found === undefined || others.length > 0) throw new Error(`${others.length + 1} files are called ${name}`);
    return found.content;
  };
  return { model, text, paths: artifacts.map(({ path }) => path), read: (name) => readNginx(text(name)) };
}

/** Arguments of all directives of a name, in all blocks. */
function all(nodes: readonly ReadDirective[], name: string): readonly string[] {
  return nodes.flatMap(({ words: [first, ...rest], children = [] }) => [
    ...(first === name ? [rest.join(" ")] : []),
    ...all(children, name),
  ]);
}

const simple = "sites: [{ server_name: a.example.org, routes: [{ path: /, to: app }] }]";

describe("where nginx listens", () => {
  it("is every address of both families where there is no virtual IP", () => {
    const { read } = render(simple);
    expect(all(read("a.example.org_80.conf"), "listen")).toEqual(["80", "[::]:80"]);
    expect(all(read("unknown.conf"), "listen")).toEqual([
      "80 default_server backlog=4096",
      "[::]:80 default_server backlog=4096",
    ]);
  });

  const two = (secondPort: number): string => `sites:
  - { server_name: a.example.org, virtual_ip: outside, routes: [{ path: /, to: app }] }
  - { server_name: a.example.org, virtual_ip: inside, listen: ${secondPort}, routes: [{ path: /, to: app }] }`;

  it("keeps a site on an inside address from those who come from outside", () => {
    const { read } = render(two(8080), app + virtualIps);
    expect(all(read("a.example.org_8080_inside.conf"), "listen")).toEqual([
      "203.0.113.11:8080",
      "203.0.113.12:8080",
      "203.0.113.100:8080",
    ]);
  });

  it("gives one name on one port of two virtual IPs to the site that is nearer, and to no other", () => {
    const { read } = render(two(80), `${app}  probes: { kind: blackbox, hosts: [app2] }\n${virtualIps}`);
    expect(all(read("a.example.org_80_outside.conf"), "listen")).toEqual([
      "198.51.100.11:80",
      "198.51.100.12:80",
      "198.51.100.100:80",
    ]);
    expect(all(read("a.example.org_80_inside.conf"), "listen")).toEqual([
      "203.0.113.11:80",
      "203.0.113.12:80",
      "203.0.113.100:80",
    ]);
  });

  it("takes in the address at which a prober asks the balancer", () => {
    const settings = "sites: [{ server_name: a.example.org, virtual_ip: outside, routes: [{ path: /, to: app }] }]";
    const { read } = render(settings, `${app}  probes: { kind: blackbox, hosts: [app2] }\n${virtualIps}`);
    expect(all(read("a.example.org_80_outside.conf"), "listen")).toContain("203.0.113.11:80");
  });

  it("leaves unknown names to a site that is called _", () => {
    const { read, paths } = render("sites: [{ server_name: _, routes: [{ path: /, to: app }] }]");
    expect(all(read("__80.conf"), "listen")).toEqual([
      "80 default_server backlog=4096",
      "[::]:80 default_server backlog=4096",
    ]);
    expect(paths.some((path) => path.endsWith("/unknown.conf"))).toBe(false);
  });

  it("speaks HTTP/2 in the words of the version", () => {
    const site = `sites: [{ server_name: a.example.org, tls: { certificate: { env: C }, key: { file: k } }, routes: [{ path: /, to: app }] }]`;
    expect(all(render(site).read("a.example.org_443.conf"), "listen")[0]).toBe("443 ssl http2");
    const later = render(site, `${app}versions: { nginx: "1.26" }\n`).read("a.example.org_443.conf");
    expect([all(later, "listen")[0], all(later, "http2")]).toEqual(["443 ssl", ["on"]]);
  });
});

describe("an upstream", () => {
  const upstreams = (settings: string, more: string): string => render(settings, more).text("upstreams.conf");

  it("has the instances on the leg that the balancer shares with them, backups marked, spares left out", () => {
    const hosts = "{ app1: {}, app2: { backup: true, port: 3009 }, app3: { spare: true } }";
    const text = upstreams(simple, `  app: { kind: nodejs, hosts: ${hosts}, port: 3000 }\n`);
    expect(all(readNginx(text), "server")).toEqual([
      "198.51.100.21:3000 max_fails=3 fail_timeout=10s",
      "203.0.113.22:3009 max_fails=3 fail_timeout=10s backup",
    ]);
  });

  it("takes backups for ordinary instances where there are no others, and answers 503 where there is nobody", () => {
    const lone = upstreams(simple, "  app: { kind: nodejs, hosts: { app2: { backup: true } }, port: 3000 }\n");
    expect(lone).not.toContain("backup");
    const { paths, text } = render(simple, "  app: { kind: nodejs, hosts: { app2: { spare: true } }, port: 3000 }\n");
    expect(paths.some((path) => path.endsWith("/upstreams.conf"))).toBe(false);
    expect(all(readNginx(text("a.example.org_80.conf")), "return")).toEqual(["503"]);
  });

  it("says how an instance is chosen before it says how connections are kept", () => {
    const settings =
      "sites: [{ server_name: a, routes: [{ path: /, to: app, balancing: ip_hash }, { path: /b, to: app }] }]";
    const names = readNginx(upstreams(settings, app)).map(({ words, children = [] }) => [
      words[1],
      ...children.map(({ words }) => words[0]),
    ]);
    expect(names).toEqual([
      ["app", "zone", "least_conn", "server", "server", "keepalive", "keepalive_timeout"],
      ["app.ip_hash", "zone", "ip_hash", "server", "server", "keepalive", "keepalive_timeout"],
    ]);
  });
});

describe("a route", () => {
  it("takes its path and what is below it, decoded, and leaves its neighbours alone", () => {
    const { read } = render("sites: [{ server_name: a, routes: [{ path: /a%20b/, to: app }] }]");
    expect(all(read("a_80.conf"), "location")).toEqual(["= /a b", "/a b/", "/"]);
  });

  it("has a time for all attempts that does not reach the answers of slow instances", () => {
    const { text } = render(
      "sites: [{ server_name: a, routes: [{ path: /, to: app, retries: 3, timeouts: { connect: 3s, read: 90s } }] }]",
    );
    expect(text("a_80.conf")).toContain("proxy_next_upstream_timeout 12s;");
    expect(
      render("sites: [{ server_name: a, routes: [{ path: /, to: app, retries: 0 }] }]").text("a_80.conf"),
    ).toContain("proxy_next_upstream off;");
  });
});

describe("a route to a service that speaks TLS", () => {
  const cloud = '  cloud: { kind: custom, external: ["api.example.net:443"] }\n';
  const to = (upstreamTls: string): string =>
    `sites: [{ server_name: a, routes: [{ path: /, to: cloud, upstream_tls: ${upstreamTls} }] }]`;

  it("verifies the certificate and its name against the CAs of the balancer's system", () => {
    const { text } = render(to("true"), cloud);
    expect(text("a_80.conf")).toContain("proxy_pass https://cloud;");
    expect(text("a_80.conf")).toContain("proxy_ssl_verify on;");
    expect(text("a_80.conf")).toContain("proxy_ssl_name api.example.net;");
    expect(text("a_80.conf")).toContain("proxy_ssl_trusted_certificate /etc/ssl/certs/ca-certificates.crt;");
    const redHat = base.replaceAll(/(lb[12]: \{ addresses: .* \}) \}/g, "$1, os: rhel-9 }");
    expect(all(render(to("true"), cloud, redHat).read("a_80.conf"), "proxy_ssl_trusted_certificate")).toEqual([
      "/etc/pki/tls/certs/ca-bundle.crt",
    ]);
  });

  it("believes a CA that travels to the balancers, and no other", () => {
    const { model, text } = render(to("{ ca: { file: ca.pem } }"), cloud);
    const path = "/etc/stackwright/secrets/services.edge.nginx.sites.0.routes.0.upstream_tls.ca";
    expect(all(readNginx(text("a_80.conf")), "proxy_ssl_trusted_certificate")).toEqual([path]);
    expect(nginxSecrets(model).map(({ host, path }) => [host, path])).toEqual([
      ["lb1", path],
      ["lb2", path],
    ]);
  });

  it("changes the host only for those that others run", () => {
    expect(all(render(to("true"), cloud).read("a_80.conf"), "set")).toContain("$upstream_host api.example.net");
    const own = "  cloud: { kind: nodejs, hosts: [app1, app2], port: 3443 }\n";
    const { text } = render(to("{ server_name: own.example.org }"), own);
    expect(text("a_80.conf") + text("nginx.conf")).not.toContain("upstream_host");
  });

  it("is the only one that the config speaks of TLS to services for", () => {
    const { text } = render(simple);
    expect(text("a.example.org_80.conf") + text("nginx.conf")).not.toMatch(/proxy_ssl|passed_host/);
  });
});

describe("the firewall", () => {
  it("leaves no trace where no route wants it", () => {
    const { paths, text } = render(simple);
    expect(paths.filter((path) => /modsec|audit|logrotate|tmpfiles/.test(path))).toEqual([]);
    expect(text("nginx.conf")).not.toContain("modsecurity");
  });

  it("is on for the routes that want it, with one file for each way in which they want it", () => {
    const { paths, text } = render(`waf: { mode: block }
sites:
  - server_name: a
    routes: [{ path: /, to: app }, { path: /b, to: app, waf: { mode: detect } }, { path: /c, to: app, waf: off }]
  - { server_name: b, waf: { mode: block, allowed_methods: [GET] }, routes: [{ path: /, to: app }] }`);
    const profiles = paths.flatMap((path) => /(block|detect)-[0-9a-f]{8}\.conf$/.exec(path)?.[1] ?? []);
    expect(profiles).toEqual(["block", "block", "detect"]);
    expect(all(readNginx(text("a_80.conf")), "modsecurity")).toEqual(["on", "on", "on"]);
  });

  it("gives an exclusion an id that stays when others come and go", () => {
    const rules = (exclusions: string): readonly string[] =>
      render(`waf: { exclusions: [${exclusions}] }\n${simple}`)
        .paths.flatMap((path) => /block-[0-9a-f]{8}\.conf$/.exec(path)?.[0] ?? [])
        .flatMap((name) => render(`waf: { exclusions: [${exclusions}] }\n${simple}`).text(name).split("\n"))
        .filter((line) => line.includes("ctl:ruleRemoveById"));
    const one = "{ rule: 942100, path: /q, reason: r }";
    const [alone] = rules(one);
    expect(rules(`{ rule: 941100, path: /x, reason: r }, ${one}`)).toContain(alone);
    expect(alone).toMatch(/@rx \^\/q\(\?:\/\|\$\)/);
  });
});

describe("the digest of the config", () => {
  const digest = (settings: string): string =>
    all(render(settings).read("status.conf"), "return").find((each) => each.length > 60) ?? "";
  const waf = (mode: string, reason: string): string =>
    `waf: { mode: ${mode}, exclusions: [{ rule: 1, reason: ${reason} }] }\n${simple}`;

  it("changes with what nginx does, in any of its files, and with nothing else", () => {
    expect(digest(waf("block", "x"))).toMatch(/^200 [0-9a-f]{64}$/);
    expect(digest(waf("block", "y"))).toBe(digest(waf("block", "x")));
    expect(digest(waf("detect", "x"))).not.toBe(digest(waf("block", "x")));
  });
});

it("tells the manifest of the certificates and keys that travel, and of no others", () => {
  const { model } = render(
    "sites: [{ server_name: a, tls: { certificate: { env: C }, key: { host_file: /k } }, routes: [{ path: /, to: app }] }]",
  );
  const path = "services.edge.nginx.sites.0.tls.certificate";
  expect(nginxSecrets(model)).toEqual(
    ["lb1", "lb2"].map((host) => ({
      host,
      path: `/etc/stackwright/secrets/${path}`,
      owner: "root:root",
      from: { from: "env", name: "C" },
      source: ["services", "edge", "nginx", "sites", 0, "tls", "certificate"],
    })),
  );
});
