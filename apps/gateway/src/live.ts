import { request as httpRequest, type IncomingMessage, type Server } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Duplex } from "node:stream";
import type { Logger } from "pino";

interface LiveOptions {
  /** Of danmu. */
  readonly url: string;
  readonly log: Logger;
  readonly maxConnections?: number;
}

const connectMs = 1000;

/**
 * Passes WebSockets at `/danmu/ROOM` on to danmu, for set-ups without a proxy that does it (nginx in production).
 * Either side is read only as fast as the other one takes it.
 */
export function createLive({ url, log, maxConnections = 5000 }: LiveOptions) {
  const open = new Set<Duplex>();

  function onUpgrade(request: IncomingMessage, client: Duplex, head: Buffer): void {
    client.on("error", () => client.destroy());
    const path = request.url ?? "";
    if (!/^\/danmu\/[\w-]{1,64}(?:\?[!-~]{0,200})?$/.test(path)) refuse(client, "404 Not Found");
    else if (open.size >= maxConnections) refuse(client, "503 Service Unavailable");
    else {
      open.add(client);
      client.once("close", () => open.delete(client));
      passOn(request, client, head);
    }
  }

  function passOn(request: IncomingMessage, client: Duplex, head: Buffer): void {
    const target = new URL(request.url ?? "", url);
    const send = target.protocol === "https:" ? httpsRequest : httpRequest;
    const onward = send(target, { headers: handshake(request) });
    const timer = setTimeout(() => onward.destroy(new Error(`no answer within ${connectMs} ms`)), connectMs);
    client.once("close", () => onward.destroy());
    onward.once("close", () => clearTimeout(timer));
    onward.once("upgrade", (answer, service, first) => {
      clearTimeout(timer);
      client.once("close", () => service.destroy());
      service.once("close", () => client.destroy());
      service.once("error", () => service.destroy());
      client.write(`HTTP/1.1 101 Switching Protocols\r\n${headerLines(answer)}\r\n`);
      if (head.length > 0) service.write(head);
      if (first.length > 0) client.write(first);
      client.pipe(service).pipe(client);
    });
    onward.once("response", (answer) => {
      answer.resume();
      refuse(client, `${answer.statusCode} ${answer.statusMessage}`);
    });
    onward.on("error", (error) => {
      if (!client.destroyed) log.warn({ err: error }, "danmu cannot be reached");
      refuse(client, "502 Bad Gateway");
    });
    onward.end();
  }

  return {
    attach(server: Server): void {
      server.on("upgrade", onUpgrade);
    },
    /** Ends all; the clients connect again, to another instance. */
    stop(): void {
      for (const client of open) client.end();
      setTimeout(() => {
        for (const client of open) client.destroy();
      }, 1000).unref();
    },
  };
}

/** Only what a WebSocket needs goes on: no cookies, nothing that this machine alone should say. */
function handshake({ headers }: IncomingMessage): Record<string, string> {
  const names = ["sec-websocket-key", "sec-websocket-version", "sec-websocket-protocol"];
  const kept = names.flatMap((name) => {
    const value = headers[name];
    return typeof value === "string" ? [[name, value]] : [];
  });
  return { connection: "Upgrade", upgrade: "websocket", ...Object.fromEntries(kept) };
}

function headerLines({ rawHeaders }: IncomingMessage): string {
  let lines = "";
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) lines += `${rawHeaders[at]}: ${rawHeaders[at + 1]}\r\n`;
  return lines;
}

function refuse(client: Duplex, status: string): void {
  client.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
