import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { accessMetrics } from "../../src/catalog/nginx/metrics.ts";
import { eventually } from "./lab/waiting.ts";
import { type Balancer, startBalancer } from "./nginx/balancer.ts";
import { describeInLab } from "./tool.ts";

const inventory = `
version: 1
platform: example
environment: test
timezone: Asia/Shanghai
segments:
  front: { cidr: 198.51.100.0/24, interface: eth0 }
  loop: { cidr: 127.0.0.0/8, interface: lo }
hosts:
  lb1: { addresses: { front: 198.51.100.11, loop: 127.0.0.11 } }
  app1: { address: 127.0.0.21, segment: loop }
  app2: { address: 127.0.0.22, segment: loop }
services:
  edge:
    kind: nginx
    hosts: [lb1]
    nginx:
      worker_processes: 2
      worker_connections: 1024
      waf:
        mode: block
        exclusions: [{ rule: 942100, path: /search, reason: terms look like SQL, until: "2027-06-30" }]
      sites:
        - server_name: [shop.example.org, www.shop.example.org]
          routes:
            - { path: /, to: app }
            - { path: /half, to: half, waf: off }
            - { path: /dead, to: dead, waf: off }
            - { path: /live, to: app, websocket: true, waf: off }
        - server_name: watch.example.org
          waf: { mode: detect }
          routes: [{ path: /, to: app }]
  app: { kind: nodejs, hosts: [app1], port: 3000 }
  half: { kind: nodejs, hosts: { app2: {}, app1: { backup: true } }, port: 3001 }
  dead: { kind: nodejs, hosts: [app1, app2], port: 3002 }
`;

const script = "%3Cscript%3Ealert(1)%3C/script%3E";
const sql = "1%27%20OR%20%271%27=%271%27%20--%20-";
const root = fileURLToPath(new URL("../..", import.meta.url));
/** The exporter runs as on a balancer, but with this machine's Node: what it reads and writes is the balancer's. */
const enter = `
balancer=$1; shift
for folder in etc/nginx var/log/nginx var/lib run; do mount --bind "$balancer/$folder" "/$folder" || exit; done
exec "$@"`;

type Sample = { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly value: number };

// About 40 s.
describeInLab(["nginx", "promtool", "logrotate"], "the access log exporter beside a real nginx", () => {
  let edge: Balancer;
  let exporter: ChildProcess | undefined;
  let errors = "";

  beforeAll(async () => {
    edge = await startBalancer(inventory, { address: "198.51.100.11", port: 80, host: "shop.example.org" });
    await edge.start({ name: "app", address: "127.0.0.21", port: 3000, speaks: "http" });
    await edge.start({ name: "backup", address: "127.0.0.21", port: 3001, speaks: "http" });
    start();
    await eventually(metrics);
    // It begins at the end of what is there.
    await eventually(async () => expect(await value("waf_engine_mode", { mode: "block" })).toBe(1));
  });
  afterAll(async () => {
    await end("SIGTERM");
    await edge?.clear();
  });

  function start(): void {
    const config = join(edge.root, "etc/stackwright/access-log.json");
    const line = ["ip", "netns", "exec", `swlab-${process.pid}-lb1`, "unshare", "--mount", "sh", "-c", enter, "enter"];
    const program = [process.execPath, join(root, "src/cli/main.ts"), "access-log", `--config=${config}`];
    exporter = spawn("setpriv", ["--pdeathsig", "KILL", ...line, edge.root, ...program], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    exporter.stderr?.setEncoding("utf8").on("data", (text: string) => {
      errors += text;
    });
  }

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    if (exporter === undefined || exporter.exitCode !== null) return null;
    const ended = once(exporter, "exit");
    exporter.kill(signal);
    await ended;
    return exporter.exitCode;
  }

  async function metrics(): Promise<string> {
    const answer = await edge.send("GET /metrics HTTP/1.0\r\n\r\n", { port: 9741 });
    const [head = "", ...body] = answer.split("\r\n\r\n");
    if (!head.includes(" 200 ")) throw new Error(`the exporter does not answer: ${head} ${errors}`);
    return body.join("\r\n\r\n");
  }

  async function samples(): Promise<readonly Sample[]> {
    return (await metrics())
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => {
        const [, name = "", labels = "", number = ""] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
        const pairs = [...labels.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = "", text = ""]) => [
          key,
          text,
        ]);
        return { name, labels: Object.fromEntries(pairs), value: Number(number) };
      });
  }

  /** Sum of the series of a metric that have some labels. */
  async function value(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number> {
    return (await samples())
      .filter(
        (sample) => sample.name === name && Object.entries(labels).every(([key, text]) => sample.labels[key] === text),
      )
      .reduce((sum, sample) => sum + sample.value, 0);
  }

  /** Waits until a sum has grown by so much since before. */
  async function grows(
    name: string,
    labels: Readonly<Record<string, string>>,
    by: number,
    work: () => Promise<void>,
  ): Promise<void> {
    const before = await value(name, labels);
    await work();
    await eventually(async () => expect((await value(name, labels)) - before).toBe(by), 10);
  }

  it("exposes every family that the catalog declares with its labels, in a form that promtool accepts", async () => {
    const text = await metrics();
    const check = spawnSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" });
    expect(`${check.stdout}${check.stderr}`).toBe("");
    expect(check.status).toBe(0);
    const seen = await samples();
    const declared = new Set(accessMetrics.map(({ name }) => name));
    const types = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = "", type = ""]) => [name, type]));
    expect([...types.keys()].toSorted()).toEqual([...declared].toSorted());
    for (const { name, type, labels } of accessMetrics) {
      expect({ name, type: types.get(name) }).toEqual({ name, type });
      for (const sample of seen.filter(
        (each) => each.name.replace(/_(?:bucket|sum|count)$/, "") === name || each.name === name,
      )) {
        const { le: _, ...own } = sample.labels;
        expect({ name, labels: Object.keys(own).toSorted() }).toEqual({ name, labels: Object.keys(labels).toSorted() });
        for (const [label, values] of Object.entries(labels))
          if (values !== "open") expect(values).toContain(own[label]);
      }
    }
  });

  it("has every series of the inventory with 0 before the first request", async () => {
    const seen = await samples();
    const of = (name: string, labels: object): unknown[] =>
      seen.filter(
        (each) => each.name === name && Object.entries(labels).every(([key, text]) => each.labels[key] === text),
      );
    for (const status_class of ["1xx", "2xx", "3xx", "4xx", "5xx", "other"])
      expect(
        of("nginx_http_server_requests_total", { server_name: "shop.example.org", route: "/dead", status_class }),
      ).toMatchObject([{ value: 0 }]);
    expect(
      of("nginx_http_upstream_attempts_total", { upstream: "half", peer: "app2:3001", status_class: "5xx" }),
    ).toMatchObject([{ value: 0 }]);
    expect(of("nginx_http_upstream_unavailable_total", { upstream: "dead", route: "/dead" })).toMatchObject([
      { value: 0 },
    ]);
  });

  it("counts requests by site, route and class, with their bytes and times", async () => {
    const place = { server_name: "shop.example.org", route: "/" };
    await grows("nginx_http_server_requests_total", { ...place, status_class: "2xx" }, 3, async () => {
      for (const host of ["shop.example.org", "www.shop.example.org", "shop.example.org"])
        await edge.get("/a", { host });
    });
    expect(await value("nginx_http_server_response_bytes_total", place)).toBeGreaterThan(100);
    expect(await value("nginx_http_server_request_duration_seconds_count", place)).toBe(3);
    expect(await value("nginx_http_server_request_duration_seconds_bucket", { ...place, le: "+Inf" })).toBe(3);
    await grows(
      "nginx_http_server_requests_total",
      { server_name: "watch.example.org", status_class: "4xx" },
      1,
      async () => {
        await edge.answerWith("app", 404);
        await edge.get("/", { host: "watch.example.org" });
        await edge.answerWith("app", 200);
      },
    );
  });

  it("counts each instance that was tried, and requests for which none was left", async () => {
    await grows(
      "nginx_http_upstream_attempts_total",
      { upstream: "half", peer: "app1:3001", status_class: "2xx" },
      1,
      async () => expect((await edge.get("/half")).status).toBe(200),
    );
    expect(
      await value("nginx_http_upstream_attempts_total", { upstream: "half", peer: "app2:3001", status_class: "5xx" }),
    ).toBe(1);
    // Each instance may fail three times, then nginx leaves both alone.
    for (let request = 0; request < 5; request++) expect((await edge.get("/dead")).status).toBe(502);
    await eventually(async () =>
      expect(await value("nginx_http_server_requests_total", { route: "/dead", status_class: "5xx" })).toBe(5),
    );
    expect(await value("nginx_http_upstream_attempts_total", { upstream: "dead", status_class: "5xx" })).toBe(6);
    expect(await value("nginx_http_upstream_unavailable_total", { upstream: "dead", route: "/dead" })).toBe(2);
    expect(await value("nginx_http_upstream_attempts_total", { peer: "_" })).toBe(0);
  });

  it("counts an upgraded connection and does not time it", async () => {
    await grows("nginx_http_server_requests_total", { route: "/live", status_class: "1xx" }, 1, async () => {
      const head = "GET /live HTTP/1.1\r\nHost: shop.example.org\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
      expect(await edge.send(`${head}`, {}, "101")).toContain("101");
    });
    expect(await value("nginx_http_server_request_duration_seconds_count", { route: "/live" })).toBe(0);
  });

  it("counts what the firewall refuses by the first rule that matched, and what it only detects", async () => {
    await grows("waf_blocked_requests_total", { server_name: "shop.example.org", rule_id: "941100" }, 1, async () =>
      expect((await edge.get(`/?q=${script}`)).status).toBe(403),
    );
    await grows("waf_blocked_requests_total", { server_name: "shop.example.org", rule_id: "942100" }, 1, async () =>
      expect((await edge.get(`/?q=${sql}`)).status).toBe(403),
    );
    await grows("waf_detected_requests_total", { server_name: "watch.example.org", rule_id: "941100" }, 1, async () =>
      expect((await edge.get(`/?q=${script}`, { host: "watch.example.org" })).status).toBe(200),
    );
    // The excluded rule is silent on its path.
    expect((await edge.get(`/search?q=${sql}`)).status).toBe(200);
    await grows("waf_blocked_requests_total", { rule_id: "911100" }, 1, async () =>
      expect((await edge.get("/", { method: "DELETE" })).status).toBe(403),
    );
    expect(await value("waf_blocked_requests_total")).toBe(3);
    expect(await value("waf_detected_requests_total")).toBe(1);
    expect(await value("waf_audit_log_parse_errors_total")).toBe(0);
    // The client of this test had good requests before.
    expect(await value("waf_rule_suspect_clients", { server_name: "shop.example.org", rule_id: "942100" })).toBe(1);
  });

  it("knows the limit of connections, the end of exclusions and what the firewall does", async () => {
    expect(await value("nginx_worker_connections_limit")).toBe(2048);
    expect(await value("waf_exclusion_expires_timestamp_seconds", { rule_id: "942100", path: "/search" })).toBe(
      Date.parse("2027-07-01T00:00:00+08:00") / 1000,
    );
    const modes = (await samples()).filter(({ name, value: number }) => name === "waf_engine_mode" && number === 1);
    expect(modes.map(({ labels }) => `${labels["server_name"]} ${labels["mode"]}`).toSorted()).toEqual([
      "shop.example.org block",
      "watch.example.org detect",
    ]);
  });

  it("loses no line when logrotate renames the log as Debian does, while requests go on", async () => {
    const rule = readFileSync("/etc/logrotate.d/nginx", "utf8")
      .replace(/prerotate[\s\S]*?endscript/, "")
      .replace(/postrotate[\s\S]*?endscript/, "postrotate\n kill -USR1 $(cat /run/nginx.pid)\n endscript");
    expect(rule).toContain("create 0640");
    const name = "nginx_http_server_requests_total";
    const labels = { server_name: "shop.example.org", status_class: "2xx" };
    const before = await value(name, labels);
    let sent = 0;
    let isOver = false;
    const traffic = (async () => {
      while (!isOver) {
        await edge.get("/search?word=1");
        sent++;
      }
    })();
    for (let round = 0; round < 3; round++) {
      await new Promise((resolve) => setTimeout(resolve, 1_200));
      await rotate(rule);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
    isOver = true;
    await traffic;
    await eventually(async () => expect(await value(name, labels)).toBe(before + sent), 10);
    expect(existsSync(join(edge.root, "var/log/nginx/access.log.2.gz"))).toBe(true);
  });

  it("loses no record when the generated rule copies and cuts the audit log off", async () => {
    const rule = readFileSync(join(edge.root, "etc/logrotate.d/stackwright-nginx-audit"), "utf8");
    expect(rule).toContain("copytruncate");
    const before = await value("waf_blocked_requests_total");
    const attack = async (): Promise<void> => void (await edge.get(`/?q=${script}`));
    for (let round = 0; round < 3; round++) {
      await attack();
      // Between copy and cut a record is lost for everybody: none is written there.
      await rotate(rule);
      await attack();
      // The next rotation compresses this one's copy.
      await new Promise((resolve) => setTimeout(resolve, 1_500));
    }
    await eventually(async () => expect(await value("waf_blocked_requests_total")).toBe(before + 6), 10);
    expect(existsSync(join(edge.root, "var/log/nginx/modsec_audit.json.1"))).toBe(true);
    expect(await value("nginx_access_log_gaps_total")).toBe(0);
  });

  it("goes on with its counters after SIGTERM and after SIGKILL, with what came and was rotated meanwhile", async () => {
    const rule = `/var/log/nginx/access.log {\n rotate 5\n create 0640\n delaycompress\n compress\n postrotate\n kill -USR1 $(cat /run/nginx.pid)\n endscript\n}\n`;
    const labels = { server_name: "shop.example.org", status_class: "2xx" };
    const name = "nginx_http_server_requests_total";
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      const before = await value(name, labels);
      await edge.get("/one");
      await eventually(async () => expect(await value(name, labels)).toBe(before + 1), 10);
      await edge.get("/two");
      const code = await end(signal);
      expect(code).toBe(signal === "SIGTERM" ? 0 : null);
      await edge.get("/three");
      await rotate(rule);
      await edge.get("/four");
      start();
      await eventually(async () => expect(await value(name, labels)).toBe(before + 4), 20);
      // Nothing comes later.
      await edge.get("/five");
      await eventually(async () => expect(await value(name, labels)).toBe(before + 5), 10);
    }
    expect(await value("nginx_access_log_gaps_total")).toBe(0);
  });

  it("tells that the firewall was switched off by hand once nginx has reloaded, and not before", async () => {
    const file = join(edge.root, "etc/nginx/stackwright/shop.example.org_80.conf");
    const generated = readFileSync(file, "utf8");
    expect(generated).toContain("modsecurity on;");
    writeFileSync(file, generated.replaceAll("modsecurity on;", "modsecurity off;"));
    await new Promise((resolve) => setTimeout(resolve, 12_000));
    const off = { server_name: "shop.example.org", mode: "off" };
    expect(await value("waf_engine_mode", off)).toBe(0);
    await edge.run("sh", ["-c", "kill -HUP $(cat /run/nginx.pid)"]);
    await eventually(async () => expect(await value("waf_engine_mode", off)).toBe(1), 20);
  });

  async function rotate(rule: string): Promise<void> {
    mkdirSync(join(edge.root, "work"), { recursive: true });
    writeFileSync(join(edge.root, "work/rotate"), rule, { mode: 0o644 });
    await edge.run("logrotate", ["--force", "--state", "/work/rotate.state", "/work/rotate"]);
  }
});
