import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, request as httpRequest, type Server } from "node:http";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import express from "express";
import { Registry } from "prom-client";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createNotifyRouter, type NotifyBridge } from "../../src/service/notify/index.ts";
import { alerting, model, receiver } from "../render/platform.ts";
import { type AlertInput, payloadOf, recordingLog, secretsOf } from "../service/notify/setting.ts";
import { type Gateway, listening, says, silence, startGateway } from "./gateway.ts";

const secrets = {
  sms: "sms-secret-in-path",
  wecom: "wecom-corp-secret",
  token: "wecom-access-token",
  robot: "robot-access-token",
  sign: "SECrobot-signing-secret",
  deadman: "deadman-secret-key",
};

const chatSource = ["alerting", "receivers", "chat", "dingtalk"];
const ref = (name: string) => ({ from: "env", name }) as const;
const [, chat] = receiver("chat", {
  type: "dingtalk",
  url: ref("ROBOT"),
  secret: ref("ROBOT_SECRET"),
  source: chatSource,
});
const served = {
  ...model,
  alerting: { ...alerting, receivers: new Map([...alerting.receivers, ["chat", chat] as const]) },
};

/** About 25 s: one gateway is silent for as long as the bridge has patience. */
describe("the bridge, over real connections", () => {
  let folder = "";
  let server: Server;
  let port = 0;
  let bridge: NotifyBridge;
  let sms: Gateway;
  let wecom: Gateway;
  let robot: Gateway;
  let deadman: Gateway;
  let registry = new Registry();
  let log = recordingLog();
  const said: string[] = [];

  beforeAll(async () => {
    [sms, wecom, robot, deadman] = await Promise.all([startGateway(), startGateway(), startGateway(), startGateway()]);
  });
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "stackwright-bridge-"));
    registry = new Registry();
    log = recordingLog();
    sms.answer(says(200, {}));
    wecom.answer(says(200, { errcode: 0, access_token: secrets.token, expires_in: 7200 }), says(200, { errcode: 0 }));
    robot.answer(says(200, { errcode: 0 }));
    deadman.answer(says(200, "OK"));
    bridge = createNotifyRouter({
      model: () => served,
      registry,
      readSecret: secretsOf({
        SMS_GATEWAY_URL: `${sms.origin}/${secrets.sms}`,
        DEADMAN_URL: `${deadman.origin}/ping/${secrets.deadman}`,
        "secrets/wecom": secrets.wecom,
        ROBOT: `${robot.origin}/robot/send?access_token=${secrets.robot}`,
        ROBOT_SECRET: secrets.sign,
      }),
      log,
      deadLetterFolder: folder,
      outside: { wecomApi: wecom.origin },
    });
    server = createServer(express().use("/notify", bridge.router));
    port = await listening(server, "0.0.0.0");
  });
  afterEach(async () => {
    await bridge.end(0);
    said.push(await registry.metrics(), JSON.stringify(log.lines), letters());
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
    rmSync(folder, { recursive: true });
  });
  afterAll(async () => {
    await Promise.all([sms, wecom, robot, deadman].map((gateway) => gateway.stop()));
    const all = said.join("\n");
    expect(all).toContain("stackwright_notify_requests_total");
    expect(all).toContain("message given up");
    for (const secret of Object.values(secrets)) expect(all).not.toContain(secret);
  });

  function letters(): string {
    try {
      return readFileSync(join(folder, "dead-letters.ndjson"), "utf8");
    } catch {
      return "";
    }
  }

  async function post(to: string, body: string, more: { type?: string; method?: string } = {}) {
    const { type = "application/json", method = "POST" } = more;
    const answer = await fetch(`http://127.0.0.1:${port}/notify/${to}`, {
      method,
      headers: { "content-type": type },
      ...(method === "POST" ? { body } : {}),
    });
    const text = await answer.text();
    said.push(text);
    return { status: answer.status, text };
  }

  const tell = (to: string, alerts: readonly AlertInput[] = [{ annotations: { summary: "MySQL on db1 is down" } }]) =>
    post(to, JSON.stringify(payloadOf(alerts)));

  async function count(outcome: string, to = "oncall"): Promise<number> {
    const line = (await registry.metrics())
      .split("\n")
      .find((each) => each.startsWith(`stackwright_notify_requests_total{receiver="${to}",outcome="${outcome}"}`));
    return Number(line?.split(" ").at(-1));
  }

  const deadLetters = async (to = "oncall"): Promise<number> => {
    const found = (await registry.metrics()).match(new RegExp(`dead_letters_total\\{receiver="${to}"\\} (\\d+)`));
    return Number(found?.[1]);
  };

  it("tells the people behind all channels of a receiver with one call", async () => {
    expect((await tell("oncall")).status).toBe(200);
    expect(sms.received.map(({ path }) => path)).toEqual([`/${secrets.sms}`]);
    expect(JSON.parse(sms.received[0]?.body ?? "")).toMatchObject({ severity: "critical", receiver: "oncall" });
    expect(wecom.received.map(({ path }) => path.split("?")[0])).toEqual([
      "/cgi-bin/gettoken",
      "/cgi-bin/message/send",
    ]);
    expect(wecom.received[1]?.body).toContain("CRITICAL: MySQL on db1 is down");
    expect(await count("delivered")).toBe(1);
  });

  it("signs what goes to a robot of DingTalk", async () => {
    expect((await tell("chat")).status).toBe(200);
    const query = new URL(robot.received[0]?.path ?? "", robot.origin).searchParams;
    expect(query.get("access_token")).toBe(secrets.robot);
    expect(query.get("sign")).toMatch(/^[A-Za-z0-9+/]{43}=$/);
  });

  it("passes a sign of life on unchanged, each time", async () => {
    const body = `${JSON.stringify(payloadOf([{ labels: { alertname: "Watchdog" } }]))} \n`;
    for (let beat = 0; beat < 3; beat++) expect((await post("deadman", body)).status).toBe(200);
    expect(deadman.received.map((call) => call.body)).toEqual([body, body, body]);
  });

  it("survives 500 and 429, and waits as long as the gateway wants", async () => {
    sms.answer(says(500, "oops"), says(429, "slow down", { "retry-after": "1" }), says(200, {}));
    expect((await tell("oncall")).status).toBe(200);
    const [, second, third] = sms.received;
    expect((third?.at ?? 0) - (second?.at ?? 0)).toBeGreaterThanOrEqual(990);
    expect(sms.received).toHaveLength(3);
    expect(wecom.received).toHaveLength(2);
  });

  it("leaves a gateway alone that wants a long pause, and tells the other channels once", async () => {
    sms.answer(says(429, "", { "retry-after": "60" }));
    for (let time = 0; time < 3; time++) expect((await tell("oncall")).status).toBe(503);
    expect(sms.received).toHaveLength(1);
    expect(wecom.received.filter(({ path }) => path.includes("send"))).toHaveLength(1);
    expect(await count("failed")).toBe(3);
    expect(await deadLetters()).toBe(0);
    expect(log.lines.map(({ message, fields }) => `${message}: ${fields["reason"]}`)).toEqual([
      "notification channel fails: status 429",
    ]);
  });

  it("gives up what is refused: 422 for Alertmanager, one dead letter, however often it tries", async () => {
    for (const [to, gateway, refusal] of [
      ["oncall", sms, says(403, `no ${secrets.sms}`)],
      ["chat", robot, says(200, { errcode: 310000, errmsg: `sign not match ${secrets.sign}` })],
    ] as const) {
      gateway.answer(refusal);
      for (let time = 0; time < 3; time++) expect((await tell(to)).status).toBe(422);
      expect(gateway.received).toHaveLength(1);
      expect(await deadLetters(to)).toBe(1);
    }
    await bridge.end(0);
    const written = letters()
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(written).toMatchObject([
      { receiver: "oncall", channel: "sms", why: "refused", reason: "status 403", said: "no ********" },
      {
        receiver: "chat",
        channel: "dingtalk",
        why: "refused",
        reason: "errcode 310000",
        said: "sign not match ********",
      },
    ]);
  });

  it("takes a 200 with an error code for what it is", async () => {
    sms.answer(says(200, { errcode: 7, msg: "no credit" }), says(200, { errcode: 0 }));
    robot.answer(says(200, { errcode: 130101, errmsg: "send too fast" }));
    expect((await tell("oncall")).status).toBe(200);
    expect((await tell("chat")).status).toBe(503);
    expect(robot.received).toHaveLength(1);
  });

  it("does not follow a redirect, and takes no more of a giant answer than it needs", async () => {
    sms.answer(says(307, "", { location: `${deadman.origin}/elsewhere` }));
    expect((await tell("oncall")).status).toBe(422);
    expect(deadman.received).toHaveLength(0);
    let sent = 0;
    robot.answer(
      (response) => {
        response.writeHead(200);
        const more = (): void => {
          while (sent < 500_000_000 && !response.destroyed) {
            sent += 65_536;
            if (!response.write(Buffer.alloc(65_536, 97))) return;
          }
        };
        response.on("drain", more);
        more();
      },
      says(200, { errcode: 0 }),
    );
    expect((await tell("chat")).status).toBe(200);
    expect(sent).toBeLessThan(50_000_000);
  });

  it("gives a silent gateway up, so that Alertmanager can try again", async () => {
    sms.answer(silence);
    const { status, text } = await tell("oncall");
    expect(status).toBe(503);
    expect(text).toContain("no answer in time");
    expect(sms.received.length).toBeGreaterThanOrEqual(2);
  });

  it("takes nothing but a notification, for a receiver that is its own", async () => {
    const good = JSON.stringify(payloadOf([{}]));
    expect(await post("nobody", good)).toEqual({
      status: 404,
      text: JSON.stringify({ error: "no such receiver", receivers: ["chat", "deadman", "oncall"] }),
    });
    expect((await post("mail", good)).text).toContain("Alertmanager tells this receiver itself");
    expect((await post("__proto__", good)).status).toBe(404);
    expect((await post("oncall", good, { type: "text/plain" })).status).toBe(415);
    expect((await post("oncall", "{")).text).toContain("not JSON");
    expect((await post("oncall", '{"version":"3"}')).text).toContain("version is missing or wrong");
    expect((await post("oncall", "[]")).status).toBe(400);
    expect((await post("oncall", `"${"x".repeat(6 * 1024 * 1024)}"`)).status).toBe(413);
    expect((await post("oncall", "", { method: "GET" })).status).toBe(405);
    expect(await count("refused")).toBe(5);
    expect(await registry.metrics()).not.toMatch(/nobody|__proto__|mail/);
    expect(sms.received).toHaveLength(0);
  });

  it("speaks with this machine only, and with no name that was made to point to it", async () => {
    expect(await statusFor("127.0.0.1", "127.0.0.1")).toBe(200);
    expect(await statusFor("127.0.0.1", "rebound.example")).toBe(403);
    const outside = Object.values(networkInterfaces())
      .flatMap((each) => each ?? [])
      .find(({ internal, family }) => !internal && family === "IPv4");
    if (outside !== undefined) expect(await statusFor(outside.address, "127.0.0.1")).toBe(403);
  });

  function statusFor(host: string, name: string): Promise<number> {
    return new Promise((done, fail) => {
      const headers = { host: name, "content-type": "application/json" };
      const asked = httpRequest({ host, port, path: "/notify/oncall", method: "POST", headers }, (answer) => {
        answer.resume();
        done(answer.statusCode ?? 0);
      });
      asked.once("error", fail).end(JSON.stringify(payloadOf([{}])));
    });
  }

  it("does not tell a channel twice whose success Alertmanager has not heard of", async () => {
    wecom.answer(says(200, { errcode: 0, access_token: secrets.token, expires_in: 7200 }), (response) =>
      setTimeout(() => says(200, { errcode: 0 })(response, { path: "", body: "", at: 0, headers: {} }), 500),
    );
    const gone = new AbortController();
    const lost = fetch(`http://127.0.0.1:${port}/notify/oncall`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(payloadOf([{}])),
      signal: gone.signal,
    }).catch(() => "lost");
    await expect.poll(() => wecom.received.length).toBe(2);
    gone.abort();
    expect(await lost).toBe("lost");
    expect((await tell("oncall", [{}])).status).toBe(200);
    await expect.poll(() => count("delivered")).toBe(2);
    expect(sms.received).toHaveLength(1);
    expect(wecom.received).toHaveLength(2);
    expect((await tell("oncall", [{}])).status).toBe(200);
    expect(sms.received).toHaveLength(2);
  });

  it("takes no more at its end, and finishes what runs", async () => {
    sms.answer((response) => setTimeout(() => response.end("{}"), 400));
    const running = tell("oncall");
    await expect.poll(() => sms.received.length).toBe(1);
    const ended = bridge.end(5_000);
    expect((await tell("chat")).status).toBe(503);
    expect(await ended).toEqual({ brokenOff: 0 });
    expect((await running).status).toBe(200);
  });

  it("breaks off at its end what takes too long", async () => {
    sms.answer(silence);
    const running = tell("oncall");
    await expect.poll(() => sms.received.length).toBe(1);
    expect(await bridge.end(100)).toEqual({ brokenOff: 1 });
    expect((await running).status).toBe(503);
  });

  it("merges a storm for a robot, so that its limit holds and nothing is lost", async () => {
    const storm = Array.from({ length: 60 }, (_, index) =>
      post(
        "chat",
        JSON.stringify(payloadOf([{ annotations: { summary: `thing ${index} is down` } }], `group ${index}`)),
      ),
    );
    for (const { status } of await Promise.all(storm)) expect(status).toBe(200);
    expect(robot.received.length).toBeLessThanOrEqual(20);
    const all = robot.received.map(({ body }) => body).join();
    for (let index = 0; index < 60; index++) expect(all).toContain(`thing ${index} is down`);
  });
});
