import express from "express";
import { afterEach, describe, expect, it } from "vitest";
import { createFaults } from "../../apps/faults/src/index.ts";
import { answerProblems } from "../../apps/service/src/index.ts";
import { ask, json, listen, readLog, type Serving } from "./serving.ts";

let serving: Serving | undefined;
afterEach(async () => {
  await serving?.close();
  serving = undefined;
});

async function start({ random = () => 0 }: { random?: () => number } = {}) {
  let now = 1000;
  const { log, lines } = readLog();
  const faults = createFaults({ log, now: () => now, random });
  const app = express();
  app.use(faults.routes, faults.inject);
  app.get("/{*path}", (_request, response) => {
    response.json({ fine: true });
  });
  app.use(answerProblems(log));
  serving = await listen(app);
  const at = `${serving.url}/-/faults`;
  return {
    url: serving.url,
    at,
    faults,
    lines,
    inject: (fault: unknown) => ask(at, json(fault)),
    pass: (ms: number) => {
      now += ms;
    },
  };
}

describe("faults on demand", () => {
  it("make requests fail, and end by themselves", async () => {
    const { url, inject, pass } = await start();
    expect(await inject({ kind: "errors", status: 503, seconds: 10 })).toMatchObject({
      status: 201,
      body: { kind: "errors", status: 503, probability: 1, seconds: 10 },
    });
    expect(await ask(`${url}/menu`)).toMatchObject({ status: 503, type: "application/problem+json; charset=utf-8" });
    pass(9999);
    expect((await ask(`${url}/menu`)).status).toBe(503);
    pass(1);
    expect(await ask(`${url}/menu`)).toMatchObject({ status: 200, body: { fine: true } });
  });

  it("show what is wrong at the moment, one of each kind", async () => {
    const { at, inject, pass } = await start();
    await inject({ kind: "latency", ms: 50, seconds: 30 });
    await inject({ kind: "latency", ms: 80, seconds: 60, path: "/orders" });
    await inject({ kind: "slow_query", ms: 5, seconds: 10 });
    pass(4500);
    expect((await ask(at)).body).toEqual({
      faults: [
        { kind: "latency", ms: 80, probability: 1, seconds: 60, path: "/orders", secondsLeft: 56 },
        { kind: "slow_query", ms: 5, probability: 1, seconds: 10, secondsLeft: 6 },
      ],
    });
    pass(10_000);
    expect((await ask(at)).body).toMatchObject({ faults: [{ kind: "latency" }] });
  });

  it("are over at once after DELETE", async () => {
    const { url, at, inject } = await start();
    await inject({ kind: "errors" });
    expect((await fetch(at, { method: "DELETE" })).status).toBe(204);
    expect((await ask(`${url}/menu`)).status).toBe(200);
  });

  it("hit the share of requests that was asked for", async () => {
    const draws = [0.29, 0.3, 0.31, 0.1];
    const { url, inject } = await start({ random: () => draws.shift() ?? 1 });
    await inject({ kind: "errors", probability: 0.3 });
    const statuses = [];
    for (let index = 0; index < 4; index += 1) statuses.push((await ask(`${url}/menu`)).status);
    expect(statuses).toEqual([500, 200, 200, 500]);
  });

  it("keep to their path and what lies below it", async () => {
    const { url, inject } = await start();
    await inject({ kind: "errors", path: "/orders" });
    const statusOf = async (path: string): Promise<number> => (await ask(url + path)).status;
    expect(await statusOf("/orders")).toBe(500);
    expect(await statusOf("/orders/1")).toBe(500);
    expect(await statusOf("/orders-of-others")).toBe(200);
    expect(await statusOf("/dishes")).toBe(200);
  });

  it("hold a request up for the time that was asked for", async () => {
    const { url, inject } = await start();
    await inject({ kind: "latency", ms: 120 });
    const started = performance.now();
    expect((await ask(`${url}/menu`)).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThanOrEqual(119);
  });

  it("tell the store by how much a query is to be slower", async () => {
    const { faults, inject, pass } = await start();
    expect(faults.queryDelayMs()).toBe(0);
    await inject({ kind: "slow_query", ms: 700, seconds: 5 });
    expect(faults.queryDelayMs()).toBe(700);
    pass(5000);
    expect(faults.queryDelayMs()).toBe(0);
  });

  it.each([
    ["an unknown kind", { kind: "meteor" }, "kind"],
    ["more than ten seconds of delay", { kind: "latency", ms: 10_001 }, "ms"],
    ["more than a quarter of an hour", { kind: "errors", seconds: 901 }, "seconds"],
    ["a probability above 1", { kind: "errors", probability: 1.01 }, "probability"],
    ["no probability at all", { kind: "errors", probability: 0 }, "probability"],
    ["a status that is no error", { kind: "errors", status: 200 }, "status"],
    ["a word that is not known", { kind: "errors", chance: 0.5 }, ""],
  ])("refuse %s, and name the field", async (_name, fault, field) => {
    const { at, inject } = await start();
    expect(await inject(fault)).toMatchObject({ status: 400, body: { errors: [{ field }] } });
    expect((await ask(at)).body).toEqual({ faults: [] });
  });

  it.each([
    ["came through a proxy", { "x-forwarded-for": "203.0.113.9" }],
    ["came through a proxy that says so with Via", { via: "1.1 edge" }],
    ["was made by a web page", { origin: "https://page.example" }],
  ])("refuse a request that %s", async (_name, headers) => {
    const { at, faults } = await start();
    expect((await ask(at, json({ kind: "slow_query", ms: 5 }, headers))).status).toBe(403);
    expect(faults.queryDelayMs()).toBe(0);
  });

  it("are written to the log, when they begin and when they are over", async () => {
    const { url, inject, pass, lines } = await start();
    await inject({ kind: "errors", seconds: 1 });
    pass(1000);
    await ask(`${url}/menu`);
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(["fault injected", "fault over"]);
  });
});
