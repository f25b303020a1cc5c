import { describe, expect, test } from "vitest";
import { dingtalkGateway, sign } from "../../../src/service/notify/channels/dingtalk.ts";
import type { Surroundings } from "../../../src/service/notify/channels/gateway.ts";
import { smsGateway } from "../../../src/service/notify/channels/sms.ts";
import { webhookGateway } from "../../../src/service/notify/channels/webhook.ts";
import { wecomGateway } from "../../../src/service/notify/channels/wecom.ts";
import { wecomRobotGateway } from "../../../src/service/notify/channels/wecom-robot.ts";
import { createWecomTokens } from "../../../src/service/notify/channels/wecom-tokens.ts";
import type { Outcome } from "../../../src/service/notify/outcome.ts";
import { channels } from "../../render/platform.ts";
import { type Answers, answering, json, madeUpWorld, mysqlDown, origin, secretsOf } from "./setting.ts";

const never = new AbortController().signal;
const robotSource = ["alerting", "receivers", "chat", "robot"];
const robot = {
  url: { from: "env", name: "ROBOT" },
  secret: { from: "env", name: "ROBOT_SECRET" },
  source: robotSource,
} as const;
const readSecret = secretsOf({
  SMS_GATEWAY_URL: "https://sms.example/send/k3y-in-path?token=t0ken-in-query",
  DEADMAN_URL: "https://deadman.example/ping/k3y-in-path",
  "secrets/wecom": "corp-secret-value",
  ROBOT: "https://robot.example/send?access_token=robot-token-value",
  ROBOT_SECRET: "SEC-robot-secret",
});

function around(...answers: Answers): Surroundings & {
  readonly asked: ReturnType<typeof answering>["asked"];
  readonly world: ReturnType<typeof madeUpWorld>;
} {
  const { fetch, asked } = answering(...answers);
  const world = madeUpWorld(fetch);
  return { outside: world, world, readSecret, origin, receiver: "oncall", asked };
}

describe("an SMS gateway", () => {
  const sent = async (...answers: Answers): Promise<Outcome> =>
    (await smsGateway(channels.sms, around(...answers))).send([mysqlDown], never);

  test("has taken the message with any 2xx and any words that do not say otherwise", async () => {
    for (const answer of [
      () => new Response(undefined, { status: 204 }),
      () => new Response("accepted"),
      json({ code: 0 }),
      json({ errcode: 0 }),
      json({ errcode: "0" }),
      json({ success: true }),
      json([1]),
    ])
      expect(await sent(answer)).toEqual({ kind: "delivered" });
  });

  test("has not taken it where a 200 says so, and its words lose their secrets", async () => {
    expect(await sent(json({ errcode: 1001, msg: "bad t0ken-in-query" }))).toEqual({
      kind: "failed",
      flaw: { reason: "errcode 1001", said: '{"errcode":1001,"msg":"bad ********"}' },
    });
    expect((await sent(json({ success: false }))).kind).toBe("failed");
    expect((await sent(json({ ok: false }))).kind).toBe("failed");
  });

  test.each([
    [408, "failed"],
    [425, "failed"],
    [429, "failed"],
    [500, "failed"],
    [503, "failed"],
    [302, "refused"],
    [400, "refused"],
    [401, "refused"],
    [404, "refused"],
  ])("that answers %i has %s", async (status, kind) => {
    expect((await sent(() => new Response("no", { status }))).kind).toBe(kind);
  });

  test("is told by a key of its own that a message is a repetition", async () => {
    const surroundings = around(json({}));
    const gateway = await smsGateway(channels.sms, surroundings);
    await gateway.send([mysqlDown], never);
    expect(surroundings.asked[0]?.headers.get("idempotency-key")).toBe(mysqlDown.key);
    expect(surroundings.asked[0]?.headers.get("content-type")).toBe("application/json; charset=utf-8");
  });

  test("with user and password in its address is asked with both in a header", async () => {
    const surroundings = {
      ...around(json({})),
      readSecret: secretsOf({ SMS_GATEWAY_URL: "https://us%40er:p%3Aw@sms.example/x" }),
    };
    const gateway = await smsGateway(channels.sms, surroundings);
    await gateway.send([mysqlDown], never);
    const [asked] = surroundings.asked;
    expect(asked?.address.href).toBe("https://sms.example/x");
    expect(asked?.headers.get("authorization")).toBe(`Basic ${Buffer.from("us@er:p:w").toString("base64")}`);
  });

  test("whose address is none is an error that names the place and not the value", async () => {
    const surroundings = { ...around(json({})), readSecret: secretsOf({ SMS_GATEWAY_URL: "ftp://secret.example" }) };
    await expect(smsGateway(channels.sms, surroundings)).rejects.toThrow(
      "alerting.receivers.oncall.sms.webhook.url: what stands there is not an address that begins with https:// or http://",
    );
  });

  test("that cannot be reached is told by the code of the error alone", async () => {
    const cause = Object.assign(new Error("connect ECONNREFUSED https://secret"), { code: "ECONNREFUSED" });
    expect(await sent(() => new TypeError("fetch failed", { cause }))).toEqual({
      kind: "failed",
      flaw: { reason: "no connection (ECONNREFUSED)" },
    });
  });
});

describe("a webhook with a secret address", () => {
  test("gets the payload byte for byte", async () => {
    const surroundings = around(() => new Response(undefined, { status: 202 }));
    const gateway = await webhookGateway(channels.deadman, surroundings);
    expect(await gateway.send([mysqlDown], never)).toEqual({ kind: "delivered" });
    expect(surroundings.asked[0]?.body).toBe(new TextDecoder().decode(mysqlDown.body));
  });
});

describe("a robot of DingTalk", () => {
  test("is asked with time and signature", () => {
    // From: printf '1577262236757\nthis is secret' | openssl dgst -sha256 -hmac 'this is secret' -binary | base64
    const signed = sign(
      new URL("https://oapi.dingtalk.com/robot/send?access_token=x"),
      "this is secret",
      1577262236757,
    );
    expect(signed.href).toBe(
      "https://oapi.dingtalk.com/robot/send?access_token=x&timestamp=1577262236757&sign=hmPWwU%2B7lVdm3ZZz0r9tSfx0L4Q26jWOZr9%2BGs6EZQM%3D",
    );
  });

  test.each([
    [{ errcode: 0, errmsg: "ok" }, { kind: "delivered" }],
    [{ errcode: -1 }, { kind: "failed", flaw: { reason: "errcode -1" } }],
    [{ errcode: 130101 }, { kind: "failed", flaw: { reason: "errcode 130101" }, pauseMs: 60_000 }],
    [{ errcode: 410100 }, { kind: "failed", flaw: { reason: "errcode 410100" }, pauseMs: 60_000 }],
    [
      { errcode: 310000, errmsg: "keywords not in content" },
      { kind: "refused", flaw: { reason: "errcode 310000", said: "keywords not in content" } },
    ],
    [{ hello: 1 }, { kind: "failed", flaw: { reason: "an answer without errcode", said: '{"hello":1}' } }],
  ])("that says %j is %j", async (answer, outcome) => {
    const gateway = await dingtalkGateway({ type: "dingtalk", ...robot }, around(json(answer)));
    expect(await gateway.send([mysqlDown], never)).toEqual(outcome);
  });

  test("that repeats its address or signature is quoted without them", async () => {
    let asked = "";
    const surroundings = around(json({ errcode: 1, errmsg: "?" }));
    const fetch: typeof globalThis.fetch = async (input) => {
      asked = new URL(input instanceof Request ? input.url : input).href;
      return Response.json({ errcode: 310000, errmsg: `no ${asked} SEC-robot-secret` });
    };
    const gateway = await dingtalkGateway(
      { type: "dingtalk", ...robot },
      { ...surroundings, outside: { ...surroundings.outside, fetch } },
    );
    const outcome = JSON.stringify(await gateway.send([mysqlDown], never));
    expect(outcome).toContain("********");
    for (const secret of ["robot-token-value", "SEC-robot-secret", new URL(asked).searchParams.get("sign") ?? "none"])
      expect(outcome).not.toContain(secret);
  });
});

describe("a robot of WeCom", () => {
  test.each([
    [{ errcode: 0 }, "delivered"],
    [{ errcode: 45009 }, "failed"],
    [{ errcode: 93000 }, "refused"],
  ])("that says %j has %s", async (answer, kind) => {
    const gateway = await wecomRobotGateway({ type: "wecom-robot", ...robot, secret: undefined }, around(json(answer)));
    expect((await gateway.send([mysqlDown], never)).kind).toBe(kind);
  });
});

describe("an application of WeCom", () => {
  const token = (value: string) => json({ errcode: 0, access_token: value, expires_in: 7200 });
  const ok = json({ errcode: 0 });
  const open = async (...answers: Answers) => {
    const surroundings = around(...answers);
    const gateway = await wecomGateway(channels.wecom, surroundings, createWecomTokens(surroundings.outside));
    const send = (): Promise<Outcome> => gateway.send([mysqlDown], never);
    const paths = (): readonly string[] =>
      surroundings.asked.map(({ address }) => `${address.pathname}${address.search}`);
    return { send, paths, world: surroundings.world };
  };
  const getToken = "/cgi-bin/gettoken?corpid=ww0000000000000000&corpsecret=corp-secret-value";
  const send = (value: string): string => `/cgi-bin/message/send?access_token=${value}`;

  test("is sent messages with one token until shortly before its end", async () => {
    const { send: tell, paths, world } = await open(token("one"), ok, ok, token("two"), ok);
    expect(await tell()).toEqual({ kind: "delivered" });
    world.advance(6_000_000);
    await tell();
    world.advance(1_000_000);
    await tell();
    expect(paths()).toEqual([getToken, send("one"), send("one"), getToken, send("two")]);
  });

  test.each([40014, 42001])("that refuses the token with %i gets the message with a new one", async (errcode) => {
    const { send: tell, paths } = await open(token("one"), json({ errcode }), token("two"), ok);
    expect(await tell()).toEqual({ kind: "delivered" });
    expect(paths()).toEqual([getToken, send("one"), getToken, send("two")]);
  });

  test("that refuses the new token too has failed", async () => {
    const { send: tell } = await open(token("one"), json({ errcode: 40014 }), token("two"), json({ errcode: 40014 }));
    expect(await tell()).toEqual({ kind: "failed", flaw: { reason: "a new token is refused as well" } });
  });

  test("is asked for a token once, however many wait for it", async () => {
    const { send: tell, paths } = await open(token("one"), ok);
    await Promise.all([tell(), tell(), tell()]);
    expect(paths().filter((path) => path === getToken)).toHaveLength(1);
  });

  test("that gives no token tells why", async () => {
    const { send: tell } = await open(json({ errcode: 40001, errmsg: "invalid credential corp-secret-value" }));
    expect(await tell()).toEqual({
      kind: "refused",
      flaw: { reason: "errcode 40001", said: "invalid credential ********" },
    });
  });

  test("that knows some of the people only has told the others", async () => {
    const { send: tell } = await open(token("one"), json({ errcode: 0, invaliduser: "li|wang", invalidparty: "2" }));
    expect(await tell()).toEqual({ kind: "delivered", unknown: ["li", "wang", "2"] });
  });
});
