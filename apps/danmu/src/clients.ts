import { randomUUID } from "node:crypto";
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import type { Logger } from "pino";
import { type WebSocket, WebSocketServer } from "ws";
import { createClient } from "./client.ts";
import { roomName } from "./message.ts";
import type { Metrics } from "./metrics.ts";
import type { Rooms } from "./rooms.ts";

interface ClientsOptions {
  readonly rooms: Rooms;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly maxConnections?: number;
  /** A connection that has not answered a ping within this time is ended. */
  readonly heartbeatMs?: number;
  /** Bytes that wait for a slow reader at most. */
  readonly maxBufferedBytes?: number;
}

/** Takes WebSockets at `/danmu/ROOM?client=ID`. An id counts once, however many connections it has. */
export function acceptClients({
  rooms,
  metrics,
  log,
  maxConnections = 5000,
  heartbeatMs = 30_000,
  maxBufferedBytes = 65_536,
}: ClientsOptions) {
  // Compression would cost memory for each connection and win little: comments are short.
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 2048, perMessageDeflate: false });
  const connectionsOf = new Map<string, number>();
  const answered = new WeakSet<WebSocket>();
  let stopping = false;

  function onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const place = placeOf(request.url ?? "");
    if (place === undefined) {
      metrics.rejectedInvalid.inc();
      refuse(socket, "404 Not Found");
    } else if (stopping || sockets.clients.size >= maxConnections) {
      metrics.rejectedFull.inc();
      refuse(socket, "503 Service Unavailable");
    } else {
      sockets.handleUpgrade(request, socket, head, (webSocket) => welcome(webSocket, place));
    }
  }

  function welcome(socket: WebSocket, { room, id }: Place): void {
    const client = createClient({ socket, room, rooms, metrics, maxBufferedBytes });
    socket.on("error", (error) => log.debug({ err: error }, "connection failed"));
    if (!rooms.join(room, client)) {
      metrics.rejectedFull.inc();
      socket.close(1013, "there are too many rooms at the moment");
      return;
    }
    metrics.accepted.inc();
    connectionsOf.set(id, (connectionsOf.get(id) ?? 0) + 1);
    update();
    answered.add(socket);
    socket.on("pong", () => answered.add(socket));
    socket.on("close", () => {
      rooms.leave(room, client);
      const left = (connectionsOf.get(id) ?? 1) - 1;
      if (left > 0) connectionsOf.set(id, left);
      else connectionsOf.delete(id);
      update();
    });
    for (const message of rooms.history(room)) client.send(JSON.stringify(message));
  }

  function update(): void {
    metrics.uniqueClients.set(connectionsOf.size);
    metrics.connections.set(sockets.clients.size);
  }

  /** A network that went away says nothing: only who answers pings is still there. */
  const heartbeat = setInterval(() => {
    for (const socket of sockets.clients) {
      if (answered.delete(socket)) socket.ping();
      else {
        metrics.droppedSilent.inc();
        socket.terminate();
      }
    }
  }, heartbeatMs);
  heartbeat.unref();

  return {
    attach(server: Server): void {
      server.on("upgrade", onUpgrade);
    },
    /** Says goodbye to all with 1001, so that they come back elsewhere; who does not answer is cut off. */
    stop(): void {
      stopping = true;
      clearInterval(heartbeat);
      for (const socket of sockets.clients) socket.close(1001, "this server stops");
      setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate();
      }, 1000).unref();
    },
  };
}

interface Place {
  readonly room: string;
  readonly id: string;
}

function placeOf(url: string): Place | undefined {
  const parsed = URL.parse(url, "http://danmu");
  if (parsed === null) return undefined;
  const { pathname, searchParams } = parsed;
  const room = roomName.safeParse(/^\/danmu\/([^/]+)$/.exec(pathname)?.[1]);
  if (!room.success) return undefined;
  const id = searchParams.get("client") ?? "";
  return { room: room.data, id: /^[\w-]{8,64}$/.test(id) ? id : randomUUID() };
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
