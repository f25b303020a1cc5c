import { readFileSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeCertificate } from "./lab/servers/certificate.ts";
import { type Balancer, startBalancer } from "./nginx/balancer.ts";
import { describeInLab } from "./tool.ts";

const inventory = `
version: 1
platform: example
environment: test
segments:
  front: { cidr: 198.51.100.0/24, interface: eth0 }
  loop: { cidr: 127.0.0.0/8, interface: lo }
hosts:
  lb1: { addresses: { front: 198.51.100.11, loop: 127.0.0.11 } }
  lb2: { addresses: { front: 198.51.100.12, loop: 127.0.0.12 } }
  app1: { address: 127.0.0.21, segment: loop }
  app2: { address: 127.0.0.22, segment: loop }
services:
  edge:
    kind: nginx
    hosts: [lb1, lb2]
    nginx:
      worker_processes: 2
      waf:
        mode: block
        allowed_methods: [GET, HEAD, POST, PUT, DELETE]
        exclusions:
          - { rule: 942100, path: /search, reason: 'terms look like SQL; SecRule x \\' }
      sites:
        - server_name: [shop.example.org, "*.shop.example.org"]
          virtual_ip: web
          routes:
            - { path: /, to: app }
            - { path: /watched, to: app, waf: { mode: detect, allowed_methods: [GET] } }
            - { path: /large, to: app, waf: { allowed_methods: [POST], inspected_body: 2MB } }
            - { path: /plain, to: app, waf: off }
            - { path: /old, to: app, strip_prefix: true, waf: off }
            - { path: /py, to: py, strip_prefix: true, waf: off }
            - { path: /live, to: app, websocket: true, waf: off }
        - server_name: [secure.example.org]
          virtual_ip: web
          listen: 8443
          redirect_http: true
          tls: { certificate: { host_file: /work/secure.example.org.crt }, key: { host_file: /work/secure.example.org.key } }
          waf: off
          routes: [{ path: /, to: app }]
        - server_name: [inner.example.org]
          virtual_ip: inside
          listen: 8080
          waf: off
          routes: [{ path: /api, to: app }]
  app: { kind: nodejs, hosts: { app1: {}, app2: { backup: true } }, port: 3000 }
  py: { kind: uwsgi, hosts: [app1] }
virtual_ips:
  web: { address: 198.51.100.100/24, service: edge, virtual_router_id: 51, priority: [lb1, lb2] }
  inside: { address: 127.0.0.100/8, service: edge, virtual_router_id: 52, priority: [lb1, lb2] }
`;

const script = "%3Cscript%3Ealert(1)%3C/script%3E";
const sql = "1%27%20OR%20%271%27=%271%27%20--%20-";

const needed = ["nginx", "/usr/lib/nginx/modules/ngx_http_modsecurity_module.so", "/usr/share/modsecurity-crs/rules"];

describeInLab(needed, "nginx with the generated config", () => {
  let edge: Balancer;
  let marks = 0;

  beforeAll(async () => {
    const usual = { address: "198.51.100.11", port: 80, host: "shop.example.org" };
    edge = await startBalancer(inventory, usual, async (machine) => {
      await makeCertificate(machine, "secure.example.org");
    });
    await edge.start({ name: "app1", address: "127.0.0.21", port: 3000, speaks: "http" });
    await edge.start({ name: "app2", address: "127.0.0.22", port: 3000, speaks: "http" });
    await edge.start({ name: "py", address: "127.0.0.21", port: 5000, speaks: "uwsgi" });
  });
  afterAll(() => edge?.clear());

  /** Waits until everything that was asked before is in the access log. */
  async function settle(): Promise<void> {
    const mark = `/plain/mark-${marks++}`;
    await edge.get(mark);
    const seen: unknown[] = [];
    while (!seen.includes(mark)) seen.push(...(await edge.accessLines(1)).map((line) => line["url.path"]));
  }

  /** What a service was asked, as it tells. */
  async function asked(
    path: string,
    call = {},
  ): Promise<{ readonly [key: string]: unknown; readonly headers: Record<string, string> }> {
    const { status, body } = await edge.get(path, call);
    expect(status).toBe(200);
    return JSON.parse(body.replace(/^[0-9a-f]+\r\n|\r\n0\r\n$/g, "").replace(/\r\n[\s\S]*$/, ""));
  }

  it("answers on its own address while the virtual IP is elsewhere, and on the virtual IP as soon as it comes", async () => {
    expect((await edge.get("/")).status).toBe(200);
    await edge.run("ip", ["addr", "add", "198.51.100.100/24", "dev", "eth0"]);
    expect((await edge.get("/", { address: "198.51.100.100" })).status).toBe(200);
  });

  it("says nothing for names and addresses that no site has", async () => {
    expect(await edge.send("GET / HTTP/1.1\r\nHost: other.example.org\r\n\r\n")).not.toContain("HTTP");
    const inner = { port: 8080, host: "inner.example.org" };
    expect((await edge.get("/api", { ...inner, address: "127.0.0.11" })).status).toBe(200);
    expect((await edge.get("/api", { ...inner, address: "198.51.100.11" })).status).toBe(0);
    expect((await edge.get("/api", { ...inner, address: "198.51.100.100" })).status).toBe(0);
  });

  it("refuses attacks in block, lets them through with a record in detect, and does not look where it is off", async () => {
    expect((await edge.get(`/?q=${script}`)).status).toBe(403);
    expect((await edge.get(`/?q=${sql}`)).status).toBe(403);
    expect(
      (
        await edge.get("/", {
          method: "POST",
          headers: ["Content-Type: application/json"],
          body: '{"q":"<script>alert(1)</script>"}',
        })
      ).status,
    ).toBe(403);
    await edge.auditRecords(3);
    await settle();
    expect((await edge.get(`/watched?q=${script}`)).status).toBe(200);
    const [record] = await edge.auditRecords(1);
    expect(record?.transaction.messages.map(({ details }) => details.ruleId)).toContain("941100");
    expect(record?.transaction.unique_id).toBe((await edge.accessLines(1))[0]?.["http.request.id"]);
    expect((await edge.get(`/plain?q=${script}`)).status).toBe(200);
    await edge.get(`/watched?q=${script}`);
    expect(await edge.auditRecords(1)).toHaveLength(1);
  });

  it("keeps cookies, passwords and bodies out of the audit log", async () => {
    await edge.get(`/watched?q=${script}`, {
      method: "POST",
      headers: ["Cookie: sid=geheim", "Authorization: Basic geheim", "Content-Type: text/plain"],
      body: "geheim",
    });
    const records = await edge.auditRecords(1);
    expect(records).toHaveLength(1);
    expect(JSON.stringify(records)).not.toContain("geheim");
  });

  it("goes on with the audit log at its beginning when the log has been cut, and lets nobody else read it", async () => {
    const file = join(edge.root, "var/log/nginx/modsec_audit.json");
    await settle();
    await edge.get(`/watched?q=${script}`);
    await edge.auditRecords(1);
    truncateSync(file);
    await edge.get(`/watched?q=${script}`);
    await settle();
    expect(readFileSync(file, "utf8")).toMatch(/^\{"transaction".*\n$/);
    expect(statSync(file).mode & 0o777).toBe(0o640);
  });

  it("looks through bodies to their end, and refuses what is larger than the inventory allows", async () => {
    const post = async (path: string, type: string, body: string): Promise<number> =>
      (await edge.get(path, { method: "POST", headers: [`Content-Type: ${type}`], body })).status;
    const json = (words: string): Readonly<Record<"fine" | "attack", string>> => ({
      fine: JSON.stringify({ words }),
      attack: JSON.stringify({ words, last: "<script>alert(1)</script>" }),
    });
    const some = json("some words ".repeat(11_000));
    const many = json("some words ".repeat(100_000));
    expect(await post("/", "application/json", some.fine)).toBe(200);
    expect(await post("/", "application/json", some.attack)).toBe(403);
    expect(await post("/", "application/json", many.fine)).toBe(413);
    expect(await post("/", "application/x-www-form-urlencoded", `a=${"x".repeat(140_000)}`)).toBe(413);
    expect(await post("/large", "application/json", many.fine)).toBe(200);
    expect(await post("/large", "application/json", many.attack)).toBe(403);
    expect(await post("/", "application/json", '{"broken":')).toBe(400);
    expect(await post("/", "application/json", " ".repeat(11_000_000))).toBe(413);
  });

  it("does not count files of a form as a body that has to be looked through", async () => {
    const file = `--b\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\n${"words ".repeat(50_000)}\r\n--b--\r\n`;
    const headers = ["Content-Type: multipart/form-data; boundary=b"];
    expect((await edge.get("/", { method: "POST", headers, body: file })).status).toBe(200);
  });

  it("takes the methods that are allowed, and no other", async () => {
    for (const method of ["PUT", "DELETE"]) expect(await asked("/thing", { method })).toMatchObject({ method });
    expect((await edge.get("/thing", { method: "PATCH" })).status).toBe(403);
  });

  it("does without one rule on one path, and with it everywhere else", async () => {
    expect((await edge.get(`/search?q=${sql}`)).status).toBe(200);
    expect((await edge.get(`/search/all?q=${sql}`)).status).toBe(200);
    expect((await edge.get(`/search?q=${script}`)).status).toBe(403);
    for (const path of [
      "/searching",
      "/other",
      "/search/../other",
      "/search/%2e%2e/other",
      "/search/..%2fother",
      "/x/%252e%252e/search",
    ])
      expect([path, (await edge.get(`${path}?q=${sql}`)).status]).toEqual([path, 403]);
    expect((await edge.get(`/watched/search?q=${sql}`)).status).toBe(200);
  });

  it("takes a route's path off, with and without a slash behind it, and keeps the query", async () => {
    for (const [path, expected] of [
      ["/old", "/"],
      ["/old/", "/"],
      ["/old?a=1&b=%20", "/?a=1&b=%20"],
      ["/old/x/y?a=/old/", "/x/y?a=/old/"],
      ["/older", "/older"],
    ])
      expect([path, (await asked(path ?? ""))["url"]]).toEqual([path, expected]);
  });

  it("tells a service who asks, and believes nothing that a client says about itself", async () => {
    const trace = "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const lies = [
      "X-Forwarded-For: 192.0.2.66",
      "X-Forwarded-Proto: https",
      "X-Request-Id: mine",
      "Forwarded: for=192.0.2.66",
      "Proxy: evil",
    ];
    const { headers } = await asked("/plain", { headers: [trace, ...lies] });
    expect(headers).toMatchObject({
      host: "shop.example.org",
      "x-forwarded-for": "198.51.100.11",
      "x-forwarded-proto": "http",
      traceparent: trace.slice(13),
    });
    expect(headers["x-request-id"]).toMatch(/^[0-9a-f]{32}$/);
    expect(headers).not.toHaveProperty("forwarded");
    expect(headers).not.toHaveProperty("proxy");
    const inner = await asked("/api", { address: "127.0.0.11", port: 8080, host: "inner.example.org:8080" });
    expect(inner.headers["host"]).toBe("inner.example.org:8080");
    const absolute = await edge.send(
      "GET http://shop.example.org/plain HTTP/1.1\r\nHost: evil.example.org\r\nConnection: close\r\n\r\n",
    );
    expect(absolute).toContain('"host":"shop.example.org"');
  });

  it("gives uWSGI the path and the headers as variables", async () => {
    const { body } = await edge.get("/py/a%20b?x=1", { headers: ["X-Forwarded-For: 192.0.2.66", "Proxy: evil"] });
    const variables = {
      PATH_INFO: "/a b",
      QUERY_STRING: "x=1",
      HTTP_HOST: "shop.example.org",
      HTTP_X_FORWARDED_FOR: "198.51.100.11",
    };
    expect(JSON.parse(body.replace(/^[0-9a-f]+\r\n/, "").replace(/\r\n[\s\S]*$/, ""))).toMatchObject({ variables });
    expect(body).not.toContain("evil");
    expect((await edge.get("/py")).body).toContain('"PATH_INFO":"/"');
  });

  it("upgrades to a websocket on the route that allows it, and to nothing else", async () => {
    const ask = (path: string, upgrade: string): string =>
      `GET ${path} HTTP/1.1\r\nHost: shop.example.org\r\nConnection: Upgrade\r\nUpgrade: ${upgrade}\r\n\r\n`;
    const talk = await edge.send(`${ask("/live", "websocket")}(then)hello`);
    expect(talk).toMatch(/^HTTP\/1\.1 101 [\s\S]*\/live heard hello$/);
    expect(await edge.send(ask("/plain", "websocket"), {}, '"name"')).toMatch(/^HTTP\/1\.1 200 /);
    expect(await edge.send(ask("/live", "h2c"), {}, '"name"')).toMatch(/^HTTP\/1\.1 200 /);
  });

  it("leads from HTTP to the site with TLS, and refuses a handshake for another name", async () => {
    const { status, head } = await edge.get("/a%20b?c=d", { host: "secure.example.org" });
    expect([status, /^Location: (.*?)\r?$/m.exec(head)?.[1]]).toEqual([
      301,
      "https://secure.example.org:8443/a%20b?c=d",
    ]);
    const secure = { port: 8443, tls: true };
    const inside = await edge.get("/", { ...secure, host: "secure.example.org" });
    expect(inside.head).toMatch(/^Strict-Transport-Security: max-age=31536000\r?$/m);
    expect(inside.body).toContain('"x-forwarded-proto":"https"');
    const other = "GET / HTTP/1.1\r\nHost: other.example.org\r\n\r\n";
    expect(await edge.send(other, { ...secure, host: "other.example.org" })).toMatch(/unrecognized name|alert/);
  });

  it("adds headers for browsers where the service has none", async () => {
    const { head } = await edge.get("/plain");
    expect(head).toMatch(/^X-Content-Type-Options: nosniff\r?$/m);
    expect(head).not.toMatch(/nginx\//);
  });

  it("writes a line of JSON for each request, hostile ones too", async () => {
    await settle();
    await edge.get('/plain/x"y\\z?token=geheim', {
      headers: ['User-Agent: a"b\\c\xff', "Referer: http://a/b?token=geheim"],
    });
    await edge.send("\x16\x03\x01garbage\r\n\r\n");
    await edge.send("GET / HTTP/1.1\r\n\r\n");
    const [line] = await edge.accessLines(3);
    expect(line).toMatchObject({
      "event.dataset": "nginx.access",
      "service.name": "edge",
      "http.request.method": "GET",
      "url.path": '/plain/x"y\\z',
      "http.request.referrer": "http://a/b",
      "http.response.status_code": "200",
      "nginx.server_name": "shop.example.org",
      "nginx.route": "/plain",
      "nginx.upstream.service": "app",
      "nginx.upstream.address": "127.0.0.21:3000",
      "nginx.upstream.status": "200",
    });
    expect(JSON.stringify(line)).not.toContain("geheim");
    expect(typeof line?.["event.duration_seconds"]).toBe("number");
    await edge.get("/", { headers: ["traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"] });
    await edge.get("/", { headers: ["traceparent: hello"] });
    expect((await edge.accessLines(2)).map((each) => each["trace.id"])).toEqual([
      "4bf92f3577b34da6a3ce929d0e0e4736",
      "",
    ]);
  });

  it("asks the next instance after an error, the backup where no other is left, and never repeats a POST", async () => {
    await edge.answerWith("app1", 503);
    await settle();
    expect(await asked("/plain")).toMatchObject({ name: "app2" });
    expect((await edge.get("/plain", { method: "POST", body: "x" })).status).toBe(503);
    const [got, posted] = await edge.accessLines(2);
    expect(got?.["nginx.upstream.status"]).toBe("503, 200");
    expect(posted?.["nginx.upstream.status"]).toBe("503");
    await edge.answerWith("app1", 200);
    await edge.stop("app1");
    expect(await asked("/plain")).toMatchObject({ name: "app2" });
    expect(await asked("/plain", { method: "POST", body: "x" })).toMatchObject({ name: "app2" });
  });

  it("tells the exporter, keepalived and apply on loopback what they ask, without a line in the log", async () => {
    await settle();
    const status = { address: "127.0.0.1", port: 9742, host: "localhost" };
    expect((await edge.get("/stub_status", status)).body).toContain("Active connections");
    expect((await edge.get("/health", status)).body).toBe("ok");
    expect((await edge.get("/config", status)).body).toMatch(/^[0-9a-f]{64}$/);
    await edge.get("/plain");
    expect(await edge.accessLines(1)).toHaveLength(1);
  });
});
