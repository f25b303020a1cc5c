import express from "express";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { answerProblems, createHealth, jsonBody, noSuchPath } from "../../apps/service/src/index.ts";
import { ask, json, listen, readLog, type Serving } from "./serving.ts";

let serving: Serving | undefined;
afterEach(async () => {
  await serving?.close();
  serving = undefined;
});

describe("the answer to a request that fails", () => {
  async function start() {
    const { log, lines } = readLog();
    const app = express();
    app.post("/things", jsonBody("1kb"), (request, response) => {
      response.json(z.strictObject({ count: z.int().max(3) }).parse(request.body));
    });
    app.get("/broken", () => {
      throw new Error("the password is 12345");
    });
    app.get("/half", (_request, response) => {
      response.write("half");
      throw new Error("too late");
    });
    app.use(noSuchPath, answerProblems(log));
    serving = await listen(app);
    return { url: serving.url, lines };
  }

  it("names each field that is wrong", async () => {
    const { url } = await start();
    expect(await ask(`${url}/things`, json({ count: 4 }))).toEqual({
      status: 400,
      type: "application/problem+json; charset=utf-8",
      body: {
        title: "Bad Request",
        status: 400,
        detail: "the request is not valid",
        errors: [{ field: "count", message: "Too big: expected number to be <=3" }],
      },
    });
  });

  it("is 413 for a large body, 415 for what is not JSON, 400 for broken JSON and 404 for no route", async () => {
    const { url } = await start();
    const post = (headers: Record<string, string>, body: string) =>
      ask(`${url}/things`, { method: "POST", headers, body });
    const type = { "content-type": "application/json" };
    expect(await post(type, JSON.stringify({ text: "x".repeat(1024) }))).toMatchObject({ status: 413 });
    expect(await post({ "content-type": "text/plain" }, "{}")).toMatchObject({ status: 415 });
    expect(await post(type, '{"count":')).toMatchObject({ status: 400, body: { title: "Bad Request" } });
    expect(await ask(`${url}/nothing`)).toMatchObject({
      status: 404,
      body: { detail: "there is no GET /nothing here" },
    });
  });

  it("keeps to itself what only the log should say", async () => {
    const { url, lines } = await start();
    const answer = await ask(`${url}/broken`);
    expect(answer.status).toBe(500);
    expect(JSON.stringify(answer.body)).not.toContain("12345");
    expect(lines.join("")).toContain("the password is 12345");
  });

  it("breaks off an answer that has begun", async () => {
    const { url } = await start();
    await expect(fetch(`${url}/half`).then((response) => response.text())).rejects.toThrow();
  });
});

describe("the health of a service", () => {
  const good = { name: "good", required: true, run: async () => undefined };
  const bad = async (): Promise<never> => {
    throw new Error("away");
  };

  async function start(checks: Parameters<typeof createHealth>[0]) {
    const health = createHealth(checks);
    const app = express();
    app.use(health.routes);
    serving = await listen(app);
    return { health, url: serving.url };
  }

  it("is degraded, and still 200, without something that it can do without", async () => {
    const { url } = await start([good, { name: "cache", required: false, run: bad }]);
    expect(await ask(`${url}/healthz`)).toMatchObject({
      status: 200,
      body: { status: "degraded", checks: { good: "ok", cache: "failing" } },
    });
  });

  it("is 503 without something that it needs, while the process is alive", async () => {
    const { url } = await start([good, { name: "store", required: true, run: bad }]);
    expect(await ask(`${url}/healthz`)).toMatchObject({ status: 503, body: { status: "unavailable" } });
    expect((await ask(`${url}/livez`)).status).toBe(200);
  });

  it("does not wait for a dependency that hangs", async () => {
    const { url } = await start([{ name: "store", required: true, run: () => new Promise(() => undefined) }]);
    expect((await ask(`${url}/healthz`)).body).toMatchObject({ checks: { store: "failing" } });
  });

  it("asks a dependency once, however many want to know", async () => {
    let asked = 0;
    const run = async (): Promise<void> => {
      asked += 1;
    };
    const { url } = await start([{ name: "store", required: true, run }]);
    await Promise.all(Array.from({ length: 20 }, () => ask(`${url}/healthz`)));
    expect(asked).toBe(1);
  });

  it("is 503 as soon as the service stops", async () => {
    const { health, url } = await start([good]);
    expect((await ask(`${url}/healthz`)).status).toBe(200);
    health.stop();
    expect(await ask(`${url}/healthz`)).toMatchObject({ status: 503, body: { status: "stopping" } });
  });
});
