// About 25 s.
import { readFileSync, renameSync } from "node:fs";
import { hashSync } from "bcryptjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildBundle, removeBundle } from "../scenarios/story.ts";
import { freePort } from "./lab/bench.ts";
import { eventually } from "./lab/waiting.ts";
import { type Asking, ask, makeCertificates, makeServing, type Running, tinyInventory } from "./serving.ts";
import { describeWith } from "./tool.ts";

const token = "0123456789abcdef0123456789abcdef";
const serving = makeServing();
let port: number;

beforeAll(async () => {
  buildBundle();
  port = await freePort();
  serving.write("inventory.yaml", tinyInventory({ service: port, prometheus: await freePort() }));
  serving.write("token", `${token}\n`);
});
afterAll(async () => {
  await serving.clear();
  removeBundle();
});

function basic(user: string, password: string): Asking {
  return { headers: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` } };
}

function bearer(value: string): Asking {
  return { headers: { authorization: `Bearer ${value}` } };
}

describe("a service with a token, beyond loopback", () => {
  let service: Running;
  let at: string;
  beforeAll(async () => {
    service = await serving.serve(`--web.listen-address=0.0.0.0:${port}`, `--token-file=${serving.path("token")}`);
    at = `http://127.0.0.1:${port}`;
  });
  afterAll(() => service.stop());

  it.each([
    ["nothing", {}, 401],
    ["the token", bearer(token), 200],
    ["the token in another case of the scheme", { headers: { authorization: `bearer ${token}` } }, 200],
    ["another token", bearer("f".repeat(32)), 401],
    ["a token that begins alike", bearer(token.slice(0, -1)), 401],
    ["a longer token", bearer(`${token}0`), 401],
    ["an empty token", { headers: { authorization: "Bearer " } }, 401],
    ["the token as a browser's password", basic("token", token), 200],
    ["the token as somebody else's password", basic("admin", token), 401],
    ["rubbish", { headers: { authorization: "Basic !!!" } }, 401],
    ["two schemes", { headers: { authorization: `Basic Bearer ${token}` } }, 401],
  ])("answers to %s as it should, on every path but health and readiness", async (_what, asking, status) => {
    for (const path of ["/", "/metrics", "/sd/prometheus", "/-/reload", "/nothing"]) {
      const reply = await ask(`${at}${path}`, asking);
      expect(reply.status).toBe(status === 200 && ["/-/reload", "/nothing"].includes(path) ? 404 : status);
      if (status === 401) expect(reply.headers["www-authenticate"]).toContain("Basic");
    }
    expect(await ask(`${at}/-/healthy`, asking)).toMatchObject({ status: 200, text: "ok\n" });
    expect(await ask(`${at}/-/ready`, asking)).toMatchObject({ status: 200, text: "ready\n" });
  });

  it("lets Alertmanager on the same machine reach the bridge without it, but no proxy and no browser", async () => {
    const headers = { "content-type": "application/json" };
    const reply = await ask(`${at}/notify/oncall`, { method: "POST", headers });
    expect(reply.status).toBe(404);
    for (const foreign of [{ "x-forwarded-for": "10.0.0.1" }, { origin: "http://evil.example" }])
      expect(await ask(`${at}/notify/oncall`, { method: "POST", headers: { ...headers, ...foreign } })).toMatchObject({
        status: 403,
      });
  });

  it("takes spans and log lines of applications on the same machine without it, and shows nobody anything", async () => {
    const post = (path: string, more: Readonly<Record<string, string>> = {}) =>
      ask(`${at}${path}`, { method: "POST", headers: { "content-type": "application/x-ndjson", ...more } });
    for (const path of ["/v1/traces", "/_bulk", "/logs-nodejs.app-test/_bulk"]) {
      expect((await post(path)).status).not.toBe(401);
      expect((await post(path, { "x-forwarded-for": "203.0.113.9" })).status).toBe(401);
      expect((await post(path, { origin: "http://127.0.0.1" })).status).toBe(401);
    }
    for (const path of ["/traces", "/logs", "/api/v1/traces"]) expect((await ask(`${at}${path}`)).status).toBe(401);
  });

  it("takes a changed token without a restart, and keeps the old one while the file is empty", async () => {
    const next = "fedcba9876543210fedcba9876543210";
    serving.write("token.new", next);
    renameSync(serving.path("token.new"), serving.path("token"));
    await eventually(async () => expect((await ask(`${at}/metrics`, bearer(next))).status).toBe(200));
    expect(await ask(`${at}/metrics`, bearer(token))).toMatchObject({ status: 401 });
    serving.write("token", "");
    await eventually(() => expect(service.log()).toContain("the access files cannot be used"));
    expect(await ask(`${at}/metrics`, bearer(next))).toMatchObject({ status: 200 });
    expect((await ask(`${at}/`, bearer(next))).text).toContain("Who may ask is as it was before");
    serving.write("token", token);
    await eventually(async () => expect((await ask(`${at}/metrics`, bearer(token))).status).toBe(200));
  });

  it("tells its log that somebody had no credentials, and no credentials", () => {
    expect(service.log()).toContain("requests without the right credentials");
    expect(service.log()).not.toContain(token);
  });
});

describeWith(["openssl"], "a service with a web config file", () => {
  const hash = hashSync("open sesame", 4);
  let service: Running;
  let ca: Buffer;
  beforeAll(async () => {
    makeCertificates(serving.folder, ["server", "client"]);
    ca = readFileSync(serving.path("ca.pem"));
    serving.write("web.yml", `basic_auth_users: { prom: ${hash} }\n`);
    service = await serving.serve(
      `--web.listen-address=0.0.0.0:${port}`,
      `--web.config.file=${serving.path("web.yml")}`,
    );
  });
  afterAll(() => service.stop());
  const plain = (): string => `http://127.0.0.1:${port}/metrics`;
  const secure = (): string => `https://127.0.0.1:${port}/metrics`;
  const tls = "tls_server_config: { cert_file: server.pem, key_file: server.key";

  it("knows its users by bcrypt", async () => {
    expect(await ask(plain(), basic("prom", "open sesame"))).toMatchObject({ status: 200 });
    expect(await ask(plain(), basic("prom", "wrong"))).toMatchObject({ status: 401 });
    expect(await ask(plain(), basic("nobody", "open sesame"))).toMatchObject({ status: 401 });
    expect(await ask(plain(), bearer("open sesame"))).toMatchObject({ status: 401 });
    expect(await ask(plain())).toMatchObject({ status: 401 });
  });

  it("answers hundreds of scrapes with a password at once, and others while passwords are guessed", async () => {
    const right = Array.from({ length: 300 }, () => ask(plain(), basic("prom", "open sesame")));
    expect(new Set((await Promise.all(right)).map(({ status }) => status))).toEqual(new Set([200]));
    const guesses = Array.from({ length: 200 }, (_, index) => ask(plain(), basic("prom", `guess ${index}`)));
    expect(await ask(plain(), basic("prom", "open sesame"))).toMatchObject({ status: 200 });
    const statuses = new Set((await Promise.all(guesses)).map(({ status }) => status));
    expect([...statuses].every((status) => status === 401 || status === 503)).toBe(true);
  });

  it("turns to TLS while it runs, and still lets Alertmanager here speak plain HTTP to the bridge, and probes ask", async () => {
    serving.write("web.yml", `${tls} }\nbasic_auth_users: { prom: ${hash} }\n`);
    await eventually(async () =>
      expect((await ask(secure(), { ca, ...basic("prom", "open sesame") })).status).toBe(200),
    );
    expect(await ask(secure(), { ca })).toMatchObject({ status: 401 });
    expect(await ask(plain(), basic("prom", "open sesame"))).toMatchObject({ status: 426 });
    expect(await ask(plain().replace("metrics", "-/ready"))).toMatchObject({ status: 200, text: "ready\n" });
    expect(await ask(secure().replace("metrics", "-/ready"), { ca })).toMatchObject({ status: 200, text: "ready\n" });
    const headers = { "content-type": "application/json" };
    expect(await ask(plain().replace("metrics", "notify/oncall"), { method: "POST", headers })).toMatchObject({
      status: 404,
    });
  });

  it("wants a client's certificate where it is told to, and takes it for a proof", async () => {
    serving.write("web.yml", `${tls}, client_auth_type: RequireAndVerifyClientCert, client_ca_file: ca.pem }\n`);
    const [cert, key] = [readFileSync(serving.path("client.pem")), readFileSync(serving.path("client.key"))];
    await eventually(async () => expect((await ask(secure(), { ca, cert, key })).status).toBe(200));
    await expect(ask(secure(), { ca })).rejects.toThrow();
  });

  it("lets only the clients in that are named", async () => {
    const [cert, key] = [readFileSync(serving.path("client.pem")), readFileSync(serving.path("client.key"))];
    const rules = `${tls}, client_auth_type: RequireAndVerifyClientCert, client_ca_file: ca.pem`;
    serving.write("web.yml", `${rules}, client_allowed_sans: [other] }\n`);
    await eventually(async () => {
      await expect(ask(secure(), { ca, cert, key })).rejects.toThrow();
    });
    serving.write("web.yml", `${rules}, client_allowed_sans: [client] }\n`);
    await eventually(async () => expect((await ask(secure(), { ca, cert, key })).status).toBe(200));
  });

  it("keeps what was in force where the file is broken or would leave it open, and says where", async () => {
    serving.write("web.yml", `${tls} }\n`);
    await eventually(() => expect(service.log()).toContain("listens beyond loopback"));
    serving.write("web.yml", "basic_auth_user: {}\n");
    await eventually(() => expect(service.log()).toContain("web.yml:1:1 error unknown-key"));
    await expect(ask(secure(), { ca })).rejects.toThrow();
    serving.write(
      "web.yml",
      `basic_auth_users: { prom: ${hash} }\nhttp_server_config: { headers: { X-Frame-Options: sameorigin } }\n`,
    );
    await eventually(async () => {
      const reply = await ask(plain(), basic("prom", "open sesame"));
      expect(reply).toMatchObject({ status: 200, headers: { "x-frame-options": "sameorigin" } });
    });
  });
});
