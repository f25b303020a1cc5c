import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { ask, json } from "../apps/serving.ts";
import { freePort } from "./lab/bench.ts";
import { eventually } from "./lab/waiting.ts";
import { appNames, nodeArguments, type Platform, startPlatform } from "./platform.ts";

/** The sample applications as processes, without the telemetry library. About 25 s. */

const oneDish = { lines: [{ dish: 1, quantity: 2 }] };

describe("the sample platform", () => {
  let platform: Platform;
  let gateway = "";
  beforeAll(async () => {
    platform = await startPlatform();
    gateway = platform.apps.gateway.url;
  });
  afterEach(async () => {
    for (const { url } of Object.values(platform.apps)) await fetch(`${url}/-/faults`, { method: "DELETE" });
  });
  afterAll(() => platform.clear());

  it("takes an order through the gateway, priced by the menu, once for each key", async () => {
    const headers = { "idempotency-key": randomUUID() };
    const first = await ask(`${gateway}/orders`, json(oneDish, headers));
    expect(first).toMatchObject({ status: 201, body: { totalFen: 1600 } });
    expect(await ask(`${gateway}/orders`, json(oneDish, headers))).toEqual({ ...first, status: 200 });
    const id = typeof first.body === "object" && first.body !== null && "id" in first.body ? first.body.id : "";
    expect((await ask(`${gateway}/orders/${id}`)).body).toEqual(first.body);
  });

  it("hands on what a service says about a wrong request, and lets nobody reach what is not public", async () => {
    expect(await ask(`${gateway}/orders`, json({ lines: [{ dish: 1, quantity: 99 }] }))).toMatchObject({
      status: 400,
      type: "application/problem+json; charset=utf-8",
      body: { errors: [{ field: "lines.0.quantity" }] },
    });
    expect((await ask(`${gateway}/dishes/..%2Fhealthz`)).status).toBe(400);
    expect((await ask(`${gateway}/dishes/999`)).status).toBe(404);
    expect((await ask(`${gateway}/orders`, json({ text: "x".repeat(20_000) }))).status).toBe(413);
  });

  it("carries live comments, through the gateway and past it", async () => {
    const heard: string[] = [];
    const listen = async (url: string): Promise<WebSocket> => {
      const socket = new WebSocket(`${url.replace("http", "ws")}/danmu/lobby`);
      socket.on("message", (data) => heard.push(JSON.parse(String(data)).text));
      await once(socket, "open");
      return socket;
    };
    const sockets = [await listen(gateway), await listen(platform.apps.danmu.url)];
    await ask(`${gateway}/danmu/lobby`, json({ text: "by http" }));
    sockets[0]?.send(JSON.stringify({ text: "by the gateway" }));
    await eventually(() =>
      expect(heard.toSorted()).toEqual(["by http", "by http", "by the gateway", "by the gateway"]),
    );
    for (const socket of sockets) socket.close();
    expect((await ask(gateway)).body).toMatchObject({
      live: { messages: [{ text: "by http" }, { text: "by the gateway" }] },
    });
  });

  it("answers 502 where a service fails, and 504 where it takes too long", async () => {
    await platform.inject("menu", { kind: "errors", seconds: 60 });
    expect(await ask(`${gateway}/dishes`)).toMatchObject({ status: 502, body: { upstream: "menu" } });
    // The order service is well, and says what it needs.
    expect(await ask(`${gateway}/orders`, json(oneDish))).toMatchObject({ status: 502, body: { upstream: "order" } });
    await fetch(`${platform.apps.menu.url}/-/faults`, { method: "DELETE" });
    await platform.inject("menu", { kind: "latency", ms: 4000, seconds: 60 });
    expect(await ask(`${gateway}/dishes`)).toMatchObject({ status: 504, body: { upstream: "menu" } });
  });

  it("shows its home page without comments when only they are missing", async () => {
    await platform.inject("danmu", { kind: "errors", seconds: 60 });
    expect(await ask(gateway)).toMatchObject({
      status: 200,
      body: { live: { messages: [] }, menu: { dishes: [{ id: 1 }, {}, {}, {}, {}, {}] } },
    });
    expect(platform.apps.gateway.output()).toContain("home page without comments");
  });

  it("is slower by what a slow query takes", async () => {
    await platform.inject("order", { kind: "slow_query", ms: 300, seconds: 60 });
    const started = performance.now();
    expect((await ask(`${gateway}/orders/${randomUUID()}`)).status).toBe(404);
    expect(performance.now() - started).toBeGreaterThanOrEqual(299);
  });

  it("says how it is, and ends faults by itself", async () => {
    expect((await ask(`${gateway}/healthz`)).body).toEqual({
      status: "ok",
      checks: { menu: "ok", order: "ok", danmu: "ok" },
    });
    await platform.inject("menu", { kind: "errors", seconds: 1 });
    expect((await ask(`${gateway}/dishes`)).status).toBe(502);
    await sleep(1000);
    expect((await ask(`${gateway}/dishes`)).status).toBe(200);
  });

  it("is used by the load generator, which ends by itself and says what came of it", async () => {
    const { code, out, errors } = await load("--target", gateway, "--rate", "20", "--seconds", "3", "--day", "flat");
    expect({ code, errors }).toEqual({ code: 0, errors: "" });
    const [, arrived, finished] = /users: (\d+) arrived, (\d+) finished, 0 gave up, 0 not started/.exec(out) ?? [];
    expect(Number(arrived)).toBeGreaterThan(20);
    expect(Number(finished)).toBeGreaterThan(0);
    for (const step of ["home", "menu", "dish", "order", "order status"])
      expect(out).toMatch(new RegExp(`^${step} +\\d+ +[\\d.]+ +[\\d.]+ +[\\d.]+ +[\\d.]+ +0$`, "m"));
    expect(out).toMatch(/^live: [1-9]\d* connections, 0 failed, [1-9]\d* comments received/m);
  });

  it("is left alone by the load generator at Ctrl-C, with what was counted so far", async () => {
    const running = load("--target", gateway, "--rate", "20", "--seconds", "3600", "--day", "flat", {
      afterMs: 1500,
      signal: "SIGINT",
    });
    const { code, out, errors } = await running;
    expect({ code, errors }).toEqual({ code: 0, errors: "" });
    expect(out).toMatch(/users: \d+ arrived, \d+ finished, 0 gave up/);
  });
});

interface Interruption {
  readonly afterMs: number;
  readonly signal: NodeJS.Signals;
}

async function load(...args: readonly (string | Interruption)[]) {
  const words = args.filter((each) => typeof each === "string");
  const child = spawn(process.execPath, [...nodeArguments("apps/load/src/main.ts", false), ...words], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const each of args) if (typeof each !== "string") setTimeout(() => child.kill(each.signal), each.afterMs);
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { code: child.exitCode, out, errors };
}

describe("the load generator", () => {
  it("says that nobody answers, and ends with 1", async () => {
    const target = `http://127.0.0.1:${await freePort()}`;
    const { code, out, errors } = await load("--target", target, "--rate", "50", "--seconds", "1", "--day", "flat");
    expect(code).toBe(1);
    expect(out).toMatch(/^home .* 0?\(\d+ × ECONNREFUSED\)$/m);
    expect(errors).toBe(`error: no request to ${target}/ succeeded; is the gateway running there?\n`);
  });
});

describe("an application", () => {
  it.each(appNames)("(%s) refuses settings that it cannot use, without showing them", async (name) => {
    const child = spawn(process.execPath, nodeArguments(`apps/${name}/src/main.ts`, false), {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, PORT: "70000", MYSQL_URL: "root:secret@db", REDIS_URL: "secret@cache" },
    });
    const [errors] = await Promise.all([text(child.stderr), once(child, "exit")]);
    expect(child.exitCode).toBe(2);
    expect(errors).toContain("error: variable PORT cannot be used: must be a port, 0 to 65535\n");
    if (name === "order") expect(errors).toContain("error: variable MYSQL_URL cannot be used: must be like mysql://");
    if (name === "menu") expect(errors).toContain("error: variable REDIS_URL cannot be used: must be like redis://");
    expect(errors).not.toContain("secret");
  });
});

describe("SIGTERM", () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await startPlatform();
  });
  afterAll(() => platform.clear());

  it("lets an application finish what is under way, and nothing new begin", async () => {
    const { menu } = platform.apps;
    await platform.inject("menu", { kind: "latency", ms: 1000, seconds: 60 });
    const underWay = ask(`${menu.url}/dishes`);
    await sleep(300);
    const stopping = menu.stop();
    await eventually(() => expect(fetch(`${menu.url}/livez`)).rejects.toThrow("fetch failed"));
    expect((await underWay).status).toBe(200);
    const { code, ms } = await stopping;
    expect(code).toBe(0);
    expect(ms).toBeLessThan(5000);
  });

  it("ends the others within 5 s, with idle connections, calls and WebSockets open", async () => {
    const { gateway, danmu, order } = platform.apps;
    const direct = new WebSocket(`${danmu.url.replace("http", "ws")}/danmu/lobby`);
    const passed = new WebSocket(`${gateway.url.replace("http", "ws")}/danmu/lobby`);
    await Promise.all([once(direct, "open"), once(passed, "open")]);
    // The menu is gone already.
    expect((await ask(`${gateway.url}/orders`, json(oneDish))).status).toBe(502);
    const closed = Promise.all([once(direct, "close"), once(passed, "close")]);
    const ends = await Promise.all([gateway.stop(), danmu.stop(), order.stop()]);
    expect(ends.map(({ code }) => code)).toEqual([0, 0, 0]);
    for (const { ms } of ends) expect(ms).toBeLessThan(5000);
    expect((await closed)[0]?.[0]).toBe(1001);
    for (const app of [gateway, danmu, order]) expect(app.output()).toContain("stopped");
  });

  it("breaks off what takes too long", async () => {
    const other = await startPlatform();
    try {
      await other.inject("menu", { kind: "latency", ms: 10_000, seconds: 60 });
      const underWay = fetch(`${other.apps.menu.url}/dishes`).then(
        () => "answered",
        () => "broken off",
      );
      await sleep(300);
      const { code, ms } = await other.apps.menu.stop();
      expect(await underWay).toBe("broken off");
      expect(code).toBe(0);
      expect(ms).toBeLessThan(5000);
      expect(other.apps.menu.output()).toContain("requests were broken off");
    } finally {
      await other.clear();
    }
  });
});
