import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { z } from "zod";
import { ask, json } from "../apps/serving.ts";
import { type Stores, startStores, storeTools } from "./app-stores.ts";
import { type EmbeddedStore, startEmbeddedStore } from "./embedded-store.ts";
import { freePort } from "./lab/bench.ts";
import { eventually, get } from "./lab/waiting.ts";
import { type AppName, appNames, type Platform, startPlatform } from "./platform.ts";
import { describeWith } from "./tool.ts";

/** The sample applications with the telemetry library loaded before them, and the embedded store. About 30 s. */

const oneDish = { lines: [{ dish: 1, quantity: 2 }] };

/** Folders of the applications' log buffers. */
const folder = mkdtempSync(join(tmpdir(), "apps-telemetry-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Settings with which an application sends all to a store, and shows its metrics on its own port. */
function sendingTo(url: string, name: AppName, port: number): Record<string, string> {
  return {
    OTEL_SERVICE_NAME: name,
    OTEL_TRACES_EXPORTER: "otlp",
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_BSP_SCHEDULE_DELAY: "200",
    OTEL_METRICS_EXPORTER: "prometheus",
    TELEMETRY_METRICS_PORT: String(port),
    TELEMETRY_LOG_ELASTICSEARCH_URLS: url,
    TELEMETRY_LOG_DIRECTORY: join(folder, `${name}-${port}`),
  };
}

/** Trace of the latest line with a message. */
function traceIdOf(platform: Platform, name: AppName, message: string): Promise<unknown> {
  return eventually(() => {
    const found = platform.apps[name].log().findLast((each) => each["message"] === message)?.["trace.id"];
    if (found === undefined) throw new Error(`no line "${message}": ${platform.apps[name].output()}`);
    return found;
  });
}

describe("the sample platform with telemetry", () => {
  let store: EmbeddedStore;
  let platform: Platform;

  beforeAll(async () => {
    store = await startEmbeddedStore();
    platform = await startPlatform({ preload: true, environment: (name, port) => sendingTo(store.url, name, port) });
  });
  afterAll(async () => {
    await platform?.clear();
    await store?.clear();
  });

  const metrics = (name: AppName): Promise<string> => get(`${platform.apps[name].url}/metrics`);

  it("has one trace across three services for one order, from the gateway to the menu", async () => {
    const { body } = await ask(`${platform.apps.gateway.url}/orders`, json(oneDish));
    const { id } = z.object({ id: z.string() }).parse(body);
    const traceId = await traceIdOf(platform, "order", "order placed");
    expect(platform.apps.order.log().find((each) => each["order"] === id)?.["trace.id"]).toBe(traceId);
    expect(traceId).toMatch(/^[0-9a-f]{32}$/);

    const trace = await eventually(async () => {
      const found = await store.trace(traceId);
      expect(found.services.toSorted()).toEqual(["gateway", "menu", "order"]);
      return found;
    });
    const servers = trace.span_list.filter(({ kind }) => kind === "server");
    expect(servers.map(({ service, name }) => `${service}: ${name}`)).toEqual([
      "gateway: POST /orders",
      "order: POST /orders",
      "menu: GET /dishes",
    ]);
    // From each service's span by a client span of its own to the next one's.
    const byId = new Map(trace.span_list.map((span) => [span.span_id, span]));
    const chain = servers.map((span) => {
      const client = byId.get(span.parent_id ?? "");
      return [client?.kind, client?.service, byId.get(client?.parent_id ?? "")?.name];
    });
    expect(chain).toEqual([
      [undefined, undefined, undefined],
      ["client", "gateway", "POST /orders"],
      ["client", "order", "POST /orders"],
    ]);
    expect(trace.errors).toBe(0);
  });

  it("finds the log lines of all three services by the trace", async () => {
    await ask(`${platform.apps.gateway.url}/orders`, json(oneDish));
    const traceId = await traceIdOf(platform, "order", "order placed");
    await eventually(async () => {
      const { log_lines } = await store.trace(traceId);
      expect(log_lines.map(({ service, message }) => `${service}: ${message}`).toSorted()).toEqual([
        "gateway: request finished",
        "menu: request finished",
        "order: order placed",
        "order: request finished",
      ]);
    });
  });

  it("has the error of an injected fault in the trace and in the log, in each service that it went through", async () => {
    await platform.inject("menu", { kind: "errors", seconds: 60 });
    expect((await ask(`${platform.apps.gateway.url}/orders`, json(oneDish))).status).toBe(502);
    await fetch(`${platform.apps.menu.url}/-/faults`, { method: "DELETE" });
    const failed = await eventually(() => {
      const found = platform.apps.menu.log().findLast((each) => each["message"] === "request failed");
      if (found === undefined) throw new Error("no line yet");
      return found;
    });
    expect(failed).toMatchObject({ "log.level": "error", error: { message: "a fault was injected here" } });
    await eventually(async () => {
      const trace = await store.trace(failed["trace.id"]);
      const wrong = trace.span_list
        .filter(({ kind, error }) => kind === "server" && error)
        .map(({ service }) => service);
      expect(wrong.toSorted()).toEqual(["gateway", "menu", "order"]);
      const told = trace.log_lines.filter(({ message }) => message === "request failed").map(({ service }) => service);
      expect(told.toSorted()).toEqual(["gateway", "menu", "order"]);
    });
  });

  it("tells its own metrics and those of HTTP on each application's own port", async () => {
    await ask(`${platform.apps.gateway.url}/dishes/3`);
    await ask(`${platform.apps.gateway.url}/dishes/3`);
    expect(await metrics("gateway")).toMatch(
      /^http_server_request_duration_seconds_count\{[^}]*http_route="\/dishes\/:id"[^}]*\} [1-9]/m,
    );
    const menu = await metrics("menu");
    expect(menu).toMatch(/^menu_cache_lookups_total\{result="hit"\} [1-9]/m);
    expect(menu).toMatch(/^nodejs_eventloop_lag_seconds /m);
    const order = await metrics("order");
    expect(order).toMatch(/^order_placed_total\{result="created"\} [1-9]/m);
    expect(order).toMatch(/^order_amount_yuan_total [1-9]/m);
    expect(order).toMatch(/^http_client_request_duration_seconds_count\{[^}]*\} [1-9]/m);
    expect(order).toMatch(/^telemetry_spans_exported_total [1-9]/m);
    expect(order).toMatch(/^telemetry_instrumentation_patched\{module="pino"\} 1$/m);
  });

  it("counts connections, unique clients and fan-out of live comments", async () => {
    const join = async (client: string): Promise<WebSocket> => {
      const socket = new WebSocket(`${platform.apps.gateway.url.replace("http", "ws")}/danmu/lobby?client=${client}`);
      await once(socket, "open");
      return socket;
    };
    const sockets = [await join("client-one"), await join("client-one"), await join("client-two")];
    sockets[0]?.send(JSON.stringify({ text: "hello" }));
    await eventually(async () => expect(await metrics("danmu")).toContain("\ndanmu_deliveries_total 3\n"));
    const page = await metrics("danmu");
    for (const line of [
      "danmu_connections 3",
      "danmu_unique_clients 2",
      'danmu_messages_total{via="websocket"} 1',
      "danmu_deliveries_total 3",
      "danmu_fanout_connections_sum 3",
      "danmu_fanout_connections_count 1",
    ])
      expect(page.split("\n")).toContain(line);
    for (const socket of sockets) socket.close();
    await eventually(async () => expect(await metrics("danmu")).toContain("\ndanmu_connections 0\n"));
  });

  it("ends within 5 s at SIGTERM, and its last line arrives", async () => {
    const ends = await Promise.all(appNames.map((name) => platform.apps[name].stop()));
    expect(ends.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    for (const { ms } of ends) expect(ms).toBeLessThan(5000);
    await eventually(async () => {
      const logs = await store.logs("stopped");
      const services = logs.filter(({ message }) => message === "stopped").map(({ service }) => service);
      expect(services.toSorted()).toEqual(appNames.toSorted());
    });
  });

  it("works and ends within 5 s when nobody takes its spans and log lines", async () => {
    const nowhere = `http://127.0.0.1:${await freePort()}`;
    const other = await startPlatform({ preload: true, environment: (name, port) => sendingTo(nowhere, name, port) });
    try {
      expect((await ask(`${other.apps.gateway.url}/orders`, json(oneDish))).status).toBe(201);
      const ends = await Promise.all(appNames.map((name) => other.apps[name].stop()));
      expect(ends.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
      for (const { ms } of ends) expect(ms).toBeLessThan(5000);
    } finally {
      await other.clear();
    }
  });
});

describeWith(storeTools, "the sample platform with telemetry and real stores", () => {
  let store: EmbeddedStore;
  let stores: Stores;
  let platform: Platform;

  beforeAll(async () => {
    store = await startEmbeddedStore();
    stores = await startStores();
    platform = await startPlatform({
      preload: true,
      environment: (name, port) => ({ ...sendingTo(store.url, name, port), ...stores.environment }),
    });
  });
  afterAll(async () => {
    await platform?.clear();
    await stores?.clear();
    await store?.clear();
  });

  it("has the queries and the cache in the trace, below the service that made them", async () => {
    // Makes the table, which is no part of an order.
    expect((await ask(`${platform.apps.order.url}/healthz`)).status).toBe(200);
    expect((await ask(`${platform.apps.gateway.url}/orders`, json(oneDish))).status).toBe(201);
    const traceId = await traceIdOf(platform, "order", "order placed");
    await eventually(async () => {
      const { span_list } = await store.trace(traceId);
      const servers = span_list.filter(({ kind }) => kind === "server");
      const below = servers.map(({ service, span_id }) => {
        const calls = span_list.filter(({ kind, parent_id }) => kind === "client" && parent_id === span_id);
        return `${service}: ${calls.map(({ name }) => name).join(", ")}`;
      });
      expect(below).toEqual(["gateway: POST", "order: SELECT, GET, INSERT, SELECT", "menu: redis-GET, redis-SET"]);
    });
  });
});
