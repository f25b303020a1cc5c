import type { IncomingMessage, ServerResponse } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { createUpstream, Problem } from "../../apps/service/src/index.ts";
import { listen, type Serving } from "./serving.ts";

let serving: Serving | undefined;
afterEach(async () => {
  await serving?.close();
  serving = undefined;
});

type Answering = (request: IncomingMessage, response: ServerResponse, attempt: number) => void;

/** A service with faults that a real one cannot be made to show on demand. */
async function start(answer: Answering, timeoutMs = 2000) {
  let requests = 0;
  serving = await listen((request, response) => {
    requests += 1;
    answer(request, response, requests);
  });
  return { menu: createUpstream({ name: "menu", url: serving.url, timeoutMs }), requests: () => requests };
}

const status =
  (...codes: readonly number[]): Answering =>
  (_request, response, attempt) => {
    response.writeHead(codes[Math.min(attempt, codes.length) - 1] ?? 500).end('{"fine":true}');
  };

async function problemOf(call: Promise<unknown>): Promise<Problem> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Problem) return error;
  throw new Error(`no problem: ${String(error)}`);
}

describe("a call to another service", () => {
  it("is made again once, after the service said that it is busy", async () => {
    const { menu, requests } = await start(status(503, 200));
    expect(await menu.call("/dishes")).toEqual({ status: 200, body: { fine: true } });
    expect(requests()).toBe(2);
  });

  it("is made again once, after the connection broke", async () => {
    const { menu, requests } = await start((request, response, attempt) => {
      if (attempt === 1) request.socket.destroy();
      else response.end("{}");
    });
    expect((await menu.call("/dishes")).status).toBe(200);
    expect(requests()).toBe(2);
  });

  it("is made once only, when repeating it could do something twice", async () => {
    const { menu, requests } = await start(status(503, 200));
    expect((await problemOf(menu.call("/dishes", { method: "POST", body: {} }))).status).toBe(502);
    expect(requests()).toBe(1);
  });

  it("is made again with the same key, when the key makes that safe", async () => {
    const keys: unknown[] = [];
    const { menu } = await start((request, response, attempt) => {
      keys.push(request.headers["idempotency-key"]);
      response.writeHead(attempt === 1 ? 503 : 201).end("{}");
    });
    expect((await menu.call("/orders", { method: "POST", body: {}, idempotencyKey: "key-1" })).status).toBe(201);
    expect(keys).toEqual(["key-1", "key-1"]);
  });

  it.each([500, 502, 504])("is not made again after %i, so that layers do not multiply", async (code) => {
    const { menu, requests } = await start(status(code));
    expect((await problemOf(menu.call("/dishes"))).status).toBe(code === 504 ? 504 : 502);
    expect(requests()).toBe(1);
  });

  it("is hardly ever made again during an outage", async () => {
    const { menu, requests } = await start(status(503));
    for (let index = 0; index < 100; index += 1) await problemOf(menu.call("/dishes"));
    // 10 saved up, and a tenth for each call.
    expect(requests()).toBeLessThanOrEqual(120);
    expect(requests()).toBeGreaterThanOrEqual(119);
  });

  it("is 504 when there is no answer in time", async () => {
    const { menu } = await start(() => undefined, 100);
    expect(await problemOf(menu.call("/dishes"))).toMatchObject({
      status: 504,
      message: "menu did not answer in time",
      members: { upstream: "menu" },
    });
  });

  it("is 504 when the answer begins and does not end in time", async () => {
    const { menu } = await start((_request, response) => void response.write("{"), 100);
    expect((await problemOf(menu.call("/dishes"))).status).toBe(504);
  });

  it("is 502 when nobody listens", async () => {
    const { menu } = await start(status(200));
    await serving?.close();
    expect(await problemOf(menu.call("/dishes"))).toMatchObject({ status: 502, message: "menu cannot be reached" });
  });

  it("is 502 when the answer is not JSON", async () => {
    const { menu } = await start((_request, response) => void response.end("<html>"));
    expect((await problemOf(menu.call("/dishes"))).status).toBe(502);
  });

  it("is 502 when the service sends elsewhere", async () => {
    const { menu } = await start((_request, response) => void response.writeHead(302, { location: "/x" }).end());
    expect((await problemOf(menu.call("/dishes"))).status).toBe(502);
  });

  it("hands on what the service says about a wrong request", async () => {
    const said = { title: "Bad Request", status: 400, detail: "not valid", errors: [{ field: "limit" }] };
    const { menu } = await start((_request, response) => void response.writeHead(400).end(JSON.stringify(said)));
    expect(await problemOf(menu.call("/dishes"))).toMatchObject({
      status: 400,
      message: "not valid",
      members: { errors: [{ field: "limit" }] },
    });
  });
});
