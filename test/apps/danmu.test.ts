import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { createApp } from "../../apps/danmu/src/app.ts";
import { acceptClients } from "../../apps/danmu/src/clients.ts";
import { createMetrics } from "../../apps/danmu/src/metrics.ts";
import { createRooms } from "../../apps/danmu/src/rooms.ts";
import { createFaults } from "../../apps/faults/src/index.ts";
import { createHealth } from "../../apps/service/src/index.ts";
import { measured } from "./measured.ts";
import { ask, json, listen, readLog } from "./serving.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Limits {
  readonly maxConnections?: number;
  readonly heartbeatMs?: number;
  readonly maxBufferedBytes?: number;
  readonly maxRooms?: number;
  readonly maxHistory?: number;
}

async function start({ maxRooms, maxHistory, ...limits }: Limits = {}) {
  const { log } = readLog();
  const { meter, value } = measured();
  const metrics = createMetrics(meter);
  const rooms = createRooms({
    metrics,
    ...(maxRooms === undefined ? {} : { maxRooms }),
    ...(maxHistory === undefined ? {} : { maxHistory }),
  });
  const clients = acceptClients({ rooms, metrics, log, ...limits });
  const app = createApp({ rooms, metrics, health: createHealth([]), faults: createFaults({ log }), log });
  const serving = await listen(app, clients.attach);
  ends.push(() => serving.close(), clients.stop);
  return { url: serving.url, port: Number(new URL(serving.url).port), rooms, value, clients };
}

/** A client with what it has heard. */
async function join(url: string, room: string, client = "") {
  const socket = new WebSocket(`${url.replace("http", "ws")}/danmu/${room}?client=${client}`);
  const heard: unknown[] = [];
  socket.on("message", (data) => heard.push(JSON.parse(String(data))));
  ends.push(() => socket.terminate());
  await once(socket, "open");
  return { socket, heard, say: (text: unknown) => socket.send(JSON.stringify({ text })) };
}

const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 5000, interval: 10 });

describe("live comments", () => {
  it("reach everybody in the room and nobody else", async () => {
    const { url, value } = await start();
    const [first, second, elsewhere] = await Promise.all([
      join(url, "lobby"),
      join(url, "lobby"),
      join(url, "noodles"),
    ]);
    first.say("好吃");
    await until(() => {
      expect(first.heard).toMatchObject([{ number: 1, text: "好吃" }]);
      expect(second.heard).toEqual(first.heard);
    });
    elsewhere.say("here");
    await until(() => expect(elsewhere.heard).toMatchObject([{ number: 1, text: "here" }]));
    expect(first.heard).toHaveLength(1);
    expect(value("danmu_messages_total", 'via="websocket"')).toBe(2);
    expect(value("danmu_deliveries_total")).toBe(3);
    expect(value("danmu_fanout_connections")).toBe(2);
  });

  it("come in the order in which they were said, the latest to those who join later", async () => {
    const { url, rooms } = await start({ maxHistory: 3 });
    for (const text of ["a", "b", "c", "d"]) rooms.say("lobby", text);
    const late = await join(url, "lobby");
    await until(() => expect(late.heard).toMatchObject([{ text: "b" }, { text: "c" }, { text: "d" }]));
    expect((await ask(`${url}/danmu/lobby`)).body).toMatchObject({ messages: late.heard });
  });

  it("can be said over HTTP as well", async () => {
    const { url, value } = await start();
    const listener = await join(url, "lobby");
    expect(await ask(`${url}/danmu/lobby`, json({ text: " hello " }))).toMatchObject({
      status: 201,
      body: { text: "hello" },
    });
    await until(() => expect(listener.heard).toMatchObject([{ text: "hello" }]));
    expect(value("danmu_messages_total", 'via="http"')).toBe(1);
  });

  it("are refused when they are not valid; the connection stays", async () => {
    const { url, value } = await start();
    const client = await join(url, "lobby");
    client.say("");
    client.say("x".repeat(201));
    client.say("bell\u0007");
    client.socket.send("not json");
    client.socket.send(Buffer.from('{"text":"binary"}'), { binary: true });
    client.say("fine");
    await until(() => expect(client.heard).toHaveLength(6));
    expect(client.heard.filter((each) => Object.hasOwn(Object(each), "error"))).toHaveLength(5);
    expect(client.heard.at(-1)).toMatchObject({ number: 1, text: "fine" });
    expect(value("danmu_messages_refused_total", 'reason="invalid"')).toBe(5);
    expect((await ask(`${url}/danmu/lobby`, json({ text: "" }))).status).toBe(400);
    expect((await ask(`${url}/danmu/Lobby!`)).status).toBe(400);
  });

  it("are refused from who says too many", async () => {
    const { url, value } = await start();
    const [loud, other] = await Promise.all([join(url, "lobby"), join(url, "lobby")]);
    for (let index = 0; index < 30; index += 1) loud.say(String(index));
    await until(() => expect(value("danmu_messages_refused_total", 'reason="rate"')).toBeGreaterThanOrEqual(15));
    other.say("my turn");
    await until(() => expect(other.heard.at(-1)).toMatchObject({ text: "my turn" }));
  });
});

describe("connections to live comments", () => {
  it("are counted, and a client with several of them once", async () => {
    const { url, value } = await start();
    const tabs = await Promise.all([join(url, "lobby", "client-1"), join(url, "noodles", "client-1")]);
    const other = await join(url, "lobby", "client-2");
    expect([value("danmu_connections"), value("danmu_unique_clients"), value("danmu_rooms")]).toEqual([3, 2, 2]);
    tabs[0]?.socket.close();
    await until(() => expect(value("danmu_connections")).toBe(2));
    expect(value("danmu_unique_clients")).toBe(2);
    tabs[1]?.socket.close();
    other.socket.close();
    await until(() => expect([value("danmu_connections"), value("danmu_unique_clients")]).toEqual([0, 0]));
    expect(value("danmu_connections_accepted_total")).toBe(3);
  });

  it("are dropped and counted when they do not read what they are sent, and hold up nobody", async () => {
    const { url, port, rooms, value } = await start({ maxBufferedBytes: 16_384 });
    const reader = await join(url, "lobby");
    // A socket that makes the handshake and then never reads again.
    const slow = connect(port, "127.0.0.1");
    ends.push(() => slow.destroy());
    slow.write(
      "GET /danmu/lobby HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
    await once(slow, "readable");
    await until(() => expect(value("danmu_connections")).toBe(2));
    let said = 0;
    // The kernel takes some megabytes before anything waits in the process.
    while (value("danmu_connections_dropped_total", 'reason="slow"') === 0 && said < 200_000) {
      for (let index = 0; index < 500; index += 1) rooms.say("lobby", "x".repeat(200));
      said += 500;
      await sleep(1);
      await until(() => expect(reader.heard).toHaveLength(said));
    }
    expect(value("danmu_connections_dropped_total", 'reason="slow"')).toBe(1);
    await until(() => expect(value("danmu_connections")).toBe(1));
    expect(reader.heard).toHaveLength(said);
  });

  it("are dropped and counted when nobody is at the other end any more", async () => {
    const { url, port, value } = await start({ heartbeatMs: 50 });
    const alive = await join(url, "lobby");
    const silent = connect(port, "127.0.0.1");
    ends.push(() => silent.destroy());
    silent.resume();
    silent.write(
      "GET /danmu/lobby HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
    await until(() => expect(value("danmu_connections_dropped_total", 'reason="silent"')).toBe(1));
    expect(alive.socket.readyState).toBe(WebSocket.OPEN);
    expect(value("danmu_connections")).toBe(1);
  });

  it.each(["/danmu/Not%20a%20room", "/danmu/", "/danmu/a/b", "/elsewhere", "//"])("are refused at %s", async (path) => {
    const { url, value } = await start();
    const socket = new WebSocket(url.replace("http", "ws") + path);
    const [error] = await once(socket, "error");
    expect(String(error)).toContain("404");
    expect(value("danmu_connections_rejected_total", 'reason="invalid"')).toBe(1);
  });

  it("are refused when there are too many, and taken again when one has left", async () => {
    const { url, value } = await start({ maxConnections: 1 });
    const first = await join(url, "lobby");
    await expect(join(url, "lobby")).rejects.toThrow("503");
    expect(value("danmu_connections_rejected_total", 'reason="full"')).toBe(1);
    first.socket.close();
    await until(() => expect(value("danmu_connections")).toBe(0));
    await join(url, "lobby");
  });

  it("end with 1001 when the service stops", async () => {
    const { url, clients } = await start();
    const client = await join(url, "lobby");
    const closed = once(client.socket, "close");
    clients.stop();
    expect((await closed)[0]).toBe(1001);
    await expect(join(url, "lobby")).rejects.toThrow("503");
  });

  it("lose at most one message of 2 KiB: a longer one ends the connection", async () => {
    const { url, value } = await start();
    const client = await join(url, "lobby");
    const closed = once(client.socket, "close");
    client.say("x".repeat(3000));
    expect((await closed)[0]).toBe(1009);
    await until(() => expect(value("danmu_connections")).toBe(0));
  });
});

describe("rooms", () => {
  it("make place for new ones when nobody is in them", async () => {
    const { url, rooms, value } = await start({ maxRooms: 2 });
    rooms.say("first", "a");
    await join(url, "second");
    rooms.say("third", "b");
    expect(rooms.history("first")).toEqual([]);
    expect(rooms.history("third")).toHaveLength(1);
    expect(value("danmu_rooms")).toBe(2);
  });

  it("are refused when all of them are in use", async () => {
    const { url } = await start({ maxRooms: 1 });
    await join(url, "first");
    expect(await ask(`${url}/danmu/second`, json({ text: "a" }))).toMatchObject({ status: 503 });
    const late = await join(url, "second");
    expect((await once(late.socket, "close"))[0]).toBe(1013);
  });
});
