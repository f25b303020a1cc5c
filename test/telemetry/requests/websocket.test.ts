import { once } from "node:events";
import { createServer } from "node:http";
import { trace } from "@opentelemetry/api";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { patchWebSocket } from "../../../packages/telemetry/src/requests/websocket.ts";
import { type Observed, observe, raw, serving } from "./observed.ts";

beforeAll(() => {
  patchWebSocket({ WebSocket, WebSocketServer });
});

describe("the upgrade to a WebSocket", () => {
  let seen: Observed;
  beforeEach(() => {
    seen = observe();
  });
  afterEach(() => seen.stop());

  it("is a span that ends with the handshake, and its messages are handled in its context", async () => {
    const server = createServer();
    const sockets = new WebSocketServer({ server, path: "/danmu" });
    const inside: (string | undefined)[] = [];
    sockets.on("connection", (socket) => {
      inside.push(trace.getActiveSpan()?.spanContext().spanId);
      socket.on("message", (message) => {
        inside.push(trace.getActiveSpan()?.spanContext().spanId);
        socket.send(message);
      });
    });
    await serving(server, async (_, port) => {
      const client = new WebSocket(`ws://127.0.0.1:${port}/danmu?token=geheim`);
      await once(client, "open");
      await seen.finished(1);
      expect(seen.requests.active()).toBe(0);
      client.send("hello");
      await once(client, "message");
      client.close();
      await once(client, "close");
    });
    const [span] = seen.spans();
    expect(span?.name).toBe("GET /danmu");
    expect(span?.attributes).toMatchObject({
      "http.response.status_code": 101,
      "http.route": "/danmu",
      "url.query": "token=REDACTED",
    });
    expect(inside).toEqual([span?.spanContext().spanId, span?.spanContext().spanId]);
    expect(await seen.counts()).toEqual([
      expect.stringContaining('http_route="/danmu",http_response_status_code="101"'),
    ]);
    expect(seen.lines()[0]).toMatchObject({ "http.response.status_code": 101, "event.outcome": "success" });
  });

  it("is written down with its status where it is refused, and as aborted where nobody answers", async () => {
    const server = createServer();
    new WebSocketServer({ server, path: "/danmu", verifyClient: () => false });
    const upgrade = (path: string): string =>
      `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
    await serving(server, async (_, port) => {
      await raw(port, upgrade("/danmu"));
      await raw(port, upgrade("/elsewhere"));
      await seen.finished(2);
    });
    const silent = createServer().on("upgrade", (_, socket) => socket.destroy());
    await serving(silent, async (_, port) => {
      await raw(port, upgrade("/silent"));
      await seen.finished(3);
    });
    expect(seen.spans().map((span) => span.attributes["http.response.status_code"])).toEqual([401, 400, undefined]);
    expect(seen.spans().map((span) => span.attributes["http.route"])).toEqual(["/danmu", undefined, undefined]);
    expect(seen.spans()[2]?.attributes["error.type"]).toBe("aborted");
  });

  it("leaves the socket's own methods behind as they were", async () => {
    const server = createServer();
    const sockets = new WebSocketServer({ server });
    const own: boolean[] = [];
    server.on("upgrade", (_, socket) => own.push(Object.hasOwn(socket, "write"), Object.hasOwn(socket, "end")));
    await serving(server, async (_, port) => {
      const client = new WebSocket(`ws://127.0.0.1:${port}/`);
      await once(client, "open");
      client.terminate();
      await once(client, "close");
      for (const each of sockets.clients) each.terminate();
    });
    expect(own).toEqual([false, false]);
  });
});
