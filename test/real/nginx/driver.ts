// Runs inside the network namespace of a balancer: answers for its services, and asks it. `node driver.ts SOCKET`; the
// test speaks to it over the unix socket, a JSON command a request.
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect, createServer as createTcpServer, type Server as TcpServer } from "node:net";
import { text } from "node:stream/consumers";
import { connect as connectTls, TLSSocket } from "node:tls";
import { z } from "zod";

const command = z.union([
  z.object({
    start: z.object({
      name: z.string(),
      address: z.string(),
      port: z.number(),
      speaks: z.enum(["http", "https", "uwsgi"]),
      certificate: z.string().optional(),
      key: z.string().optional(),
    }),
  }),
  z.object({ stop: z.string() }),
  z.object({ answerWith: z.object({ name: z.string(), status: z.number() }) }),
  z.object({
    ask: z.object({
      address: z.string(),
      port: z.number(),
      bytes: z.string(),
      servername: z.string().optional(),
      until: z.string().optional(),
    }),
  }),
]);

const servers = new Map<string, Server | TcpServer>();
const statuses = new Map<string, number>();

/** Tells what it was asked. */
function answerer(name: string): RequestListener {
  return (request, answer) => {
    void text(request).then((body) => {
      const { method, url, headers, socket } = request;
      const servername = socket instanceof TLSSocket ? socket.servername : undefined;
      answer.writeHead(statuses.get(name) ?? 200, { "content-type": "application/json" });
      answer.end(JSON.stringify({ name, method, url, headers, body, servername }));
    });
  };
}

function httpServer(name: string): Server {
  const server = createServer(answerer(name));
  server.on("upgrade", (request: IncomingMessage, socket) => {
    socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
    socket.on("data", (data) => socket.end(`${request.url} heard ${String(data)}`));
  });
  return server;
}

/** One request of the uwsgi protocol: a block of variables, each with its length before it. */
function uwsgiServer(name: string): TcpServer {
  return createTcpServer((socket) => {
    socket.once("data", (data) => {
      const variables: Record<string, string> = {};
      const end = 4 + data.readUInt16LE(1);
      const part = (at: number): string => data.toString("latin1", at + 2, at + 2 + data.readUInt16LE(at));
      for (let at = 4; at < end; ) {
        const key = part(at);
        const value = part(at + 2 + key.length);
        variables[key] = value;
        at += 4 + key.length + value.length;
      }
      socket.end(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n${JSON.stringify({ name, variables })}`);
    });
  });
}

/** What comes back for these bytes until the connection ends, or `until` has come. */
function ask(asked: {
  address: string;
  port: number;
  bytes: string;
  servername?: string | undefined;
  until?: string | undefined;
}): Promise<string> {
  const { address: host, port, bytes, servername, until } = asked;
  return new Promise((resolve) => {
    const socket =
      servername === undefined
        ? connect({ host, port })
        : connectTls({ host, port, servername, rejectUnauthorized: false });
    let answer = "";
    const done = (more: string): void => {
      socket.destroy();
      resolve(answer + more);
    };
    socket.setTimeout(8_000, () => done("(no end)"));
    socket.on("data", (data) => {
      answer += data.toString("latin1");
      if (until !== undefined && answer.includes(until)) done("");
    });
    socket.on("error", (error) => done(`(${error.message})`));
    socket.on("close", () => done(""));
    const [first = bytes, ...rest] = bytes.split("(then)");
    socket.write(first, "latin1");
    // What follows an upgrade is sent when that has been answered.
    socket.once("data", () => {
      for (const more of rest) socket.write(more, "latin1");
    });
  });
}

createServer((request, answer) => {
  void text(request).then(async (asked) => {
    const given = command.parse(JSON.parse(asked));
    if ("start" in given) {
      const { name, address, port, speaks, certificate = "", key = "" } = given.start;
      const server =
        speaks === "http"
          ? httpServer(name)
          : speaks === "uwsgi"
            ? uwsgiServer(name)
            : createTlsServer({ cert: readFileSync(certificate), key: readFileSync(key) }, answerer(name));
      servers.set(name, server);
      await new Promise<void>((resolve) => server.listen(port, address, resolve));
    } else if ("stop" in given) {
      const server = servers.get(given.stop);
      if (server !== undefined && "closeAllConnections" in server) server.closeAllConnections();
      await new Promise((resolve) => server?.close(resolve));
    } else if ("answerWith" in given) statuses.set(given.answerWith.name, given.answerWith.status);
    answer.end("ask" in given ? await ask(given.ask) : "");
  });
}).listen(process.argv[2]);
