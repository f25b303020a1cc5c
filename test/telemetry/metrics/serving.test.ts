import { once } from "node:events";
import { createServer, get, type IncomingMessage, request } from "node:http";
import { type AddressInfo, connect, createServer as createSocketServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import express from "express";
import { afterEach, describe, expect, it } from "vitest";
import {
  createRegistry,
  type MetricRegistry,
  type MetricsServer,
  metricsHandler,
  serveMetrics,
} from "../../../packages/telemetry/src/metrics/index.ts";
import { bare, openMetrics, sampleValue } from "./samples.ts";

const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const silent = { begin: () => undefined, end: () => undefined };

function registryWith(series = 3): MetricRegistry {
  const registry = createRegistry({ ...bare, maxSeries: 1_000_000 });
  const counter = registry.counter({ name: "orders_total", help: "Orders.", labels: ["at"] });
  for (let at = 0; at < series; at++) counter.add({ at }, at);
  return registry;
}

async function serve(
  registry: MetricRegistry,
  port = 0,
): Promise<{ readonly server: MetricsServer; readonly port: number }> {
  const server = serveMetrics({ host: "127.0.0.1", port, path: "/metrics", registry, reporter: silent });
  closing.push(() => server.close());
  const address = await server.listening;
  return { server, port: address?.port ?? 0 };
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

async function ask(
  port: number,
  path: string,
  options: { method?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const asked = request({ host: "127.0.0.1", port, path, agent: false, ...options });
  asked.end();
  const [response]: IncomingMessage[] = await once(asked, "response");
  const chunks: Buffer[] = [];
  for await (const chunk of response ?? []) chunks.push(chunk);
  return { status: response?.statusCode, headers: response?.headers ?? {}, body: Buffer.concat(chunks) };
}

describe("the listener of its own", () => {
  it("answers in the format and coding that each request asks for", async () => {
    const { port } = await serve(registryWith());
    const plain = await ask(port, "/metrics?collect=all");
    expect(plain.status).toBe(200);
    expect(plain.headers).toMatchObject({
      "content-type": "text/plain; version=0.0.4; charset=utf-8",
      vary: "Accept, Accept-Encoding",
      "cache-control": "no-store",
      "content-length": String(plain.body.length),
    });
    expect(sampleValue(plain.body.toString(), "orders_total", { at: "2" })).toBe(2);
    const zipped = await ask(port, "/metrics", { headers: { accept: openMetrics, "accept-encoding": "gzip" } });
    expect(zipped.headers).toMatchObject({
      "content-type": "application/openmetrics-text; version=1.0.0; charset=utf-8",
      "content-encoding": "gzip",
      "content-length": String(zipped.body.length),
    });
    expect(gunzipSync(zipped.body).toString()).toContain("# TYPE orders counter\n");
  });

  it("answers many requests in both formats and codings at once, each as it was asked", async () => {
    const { port } = await serve(registryWith(5_000));
    const answers = await Promise.all(
      Array.from({ length: 24 }, async (_, at) => {
        const isOpen = at % 2 === 0;
        const isZipped = at % 3 === 0;
        const headers = {
          accept: isOpen ? openMetrics : "text/plain",
          "accept-encoding": isZipped ? "gzip" : "identity",
        };
        const { body, headers: got } = await ask(port, "/metrics", { headers });
        expect(got["content-encoding"]).toBe(isZipped ? "gzip" : undefined);
        return { isOpen, text: (isZipped ? gunzipSync(body) : body).toString() };
      }),
    );
    for (const { isOpen, text } of answers) {
      expect(text.endsWith("# EOF\n")).toBe(isOpen);
      expect(text.includes("# TYPE orders counter\n")).toBe(isOpen);
      expect(sampleValue(text, "orders_total", { at: "4999" })).toBe(4_999);
    }
  });

  it("answers HEAD without a body, other paths with 404, other methods with 405", async () => {
    const { port } = await serve(registryWith());
    const head = await ask(port, "/metrics", { method: "HEAD", headers: { accept: openMetrics } });
    expect([head.status, head.body.length, head.headers["content-type"]]).toEqual([
      ...[200, 0],
      "application/openmetrics-text; version=1.0.0; charset=utf-8",
    ]);
    const elsewhere = await ask(port, "/");
    expect([elsewhere.status, elsewhere.body.toString()]).toEqual([404, "metrics are at /metrics\n"]);
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
      const refused = await ask(port, "/metrics", { method });
      expect([refused.status, refused.headers["allow"]]).toEqual([405, "GET, HEAD"]);
    }
  });

  it("survives what is no HTTP", async () => {
    const { port } = await serve(registryWith());
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.write("\u0000\u0001 GARBAGE\r\n\r\n");
    await once(socket, "close");
    expect((await ask(port, "/metrics")).status).toBe(200);
  });

  it("reports a taken port once, never fails for it, and serves as soon as it is free", {
    timeout: 20_000,
  }, async () => {
    const other = createSocketServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const port = portOf(other.address());
    const said: unknown[] = [];
    const reporter = {
      begin: (_: string, message: string, fields?: object) => said.push([message, fields]),
      end: (_: string, message: string) => said.push([message]),
    };
    const server = serveMetrics({ host: "127.0.0.1", port, path: "/metrics", registry: registryWith(), reporter });
    closing.push(() => server.close());
    await expect
      .poll(() => said)
      .toEqual([
        [
          "the metrics cannot be served; trying again",
          { "server.address": "127.0.0.1", "server.port": port, "error.code": "EADDRINUSE" },
        ],
      ]);
    other.close();
    expect((await server.listening)?.port).toBe(port);
    expect((await ask(port, "/metrics")).status).toBe(200);
    expect(said.at(-1)).toEqual(["the metrics are served"]);
  });

  it("lets go of its port at once, for a server of the application", async () => {
    const { server, port } = await serve(registryWith());
    server.close();
    const application = createServer((_, response) => response.end("application")).listen(port, "127.0.0.1");
    closing.push(() => application.close());
    await once(application, "listening");
    expect((await ask(port, "/metrics")).body.toString()).toBe("application");
  });
});

describe("the handler", () => {
  it("is a route of Express, a mounted handler, and a handler of node:http", async () => {
    const handler = metricsHandler(registryWith());
    const app = express();
    app.get("/route", handler);
    app.use("/mounted", handler);
    const servers = [createServer(app), createServer(handler)].map((server) => server.listen(0, "127.0.0.1"));
    for (const server of servers) {
      closing.push(() => server.close());
      if (!server.listening) await once(server, "listening");
    }
    const [ofExpress = 0, plain = 0] = servers.map((server) => portOf(server.address()));
    for (const [port, path] of [
      [ofExpress, "/route"],
      [ofExpress, "/mounted"],
      [plain, "/"],
    ] as const) {
      const { status, body } = await ask(port, path);
      expect(status).toBe(200);
      expect(sampleValue(body.toString(), "orders_total", { at: "1" })).toBe(1);
    }
  });

  it("shares pages among those who ask at the same time, and never gives numbers from before a request", async () => {
    const registry = registryWith(2_000);
    const counter = registry.counter({ name: "asked_total", help: "Asked." });
    const pages = await Promise.all(
      Array.from({ length: 50 }, async () => {
        counter.inc();
        const { pieces } = await registry.render();
        return pieces;
      }),
    );
    expect(new Set(pages).size).toBeLessThanOrEqual(2);
    for (const pieces of pages) expect(sampleValue(Buffer.concat([...pieces]).toString(), "asked_total")).toBe(50);
    counter.inc();
    const { pieces } = await registry.render();
    expect(sampleValue(Buffer.concat([...pieces]).toString(), "asked_total")).toBe(51);
  });

  it("answers 500 where rendering fails, and goes on", async () => {
    let isBroken = true;
    const registry = registryWith();
    const handler = metricsHandler({
      render: (accept) => (isBroken ? Promise.reject(new Error("no")) : registry.render(accept)),
    });
    const server = createServer(handler).listen(0, "127.0.0.1");
    closing.push(() => server.close());
    await once(server, "listening");
    const port = portOf(server.address());
    expect((await ask(port, "/")).status).toBe(500);
    isBroken = false;
    expect((await ask(port, "/")).status).toBe(200);
  });

  it("survives scrapers that leave in the middle, and serves the next one", async () => {
    const { port } = await serve(registryWith(30_000));
    for (let time = 0; time < 5; time++) {
      const asked = get({ host: "127.0.0.1", port, path: "/metrics", agent: false });
      asked.on("error", () => undefined);
      if (time % 2 === 0) await Promise.race([once(asked, "response"), sleep(2_000)]);
      asked.destroy();
    }
    const { body } = await ask(port, "/metrics");
    expect(sampleValue(body.toString(), "orders_total", { at: "29999" })).toBe(29_999);
  });
});

function portOf(address: string | AddressInfo | null): number {
  return typeof address === "object" && address !== null ? address.port : 0;
}
