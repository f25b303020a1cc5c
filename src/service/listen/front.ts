import { createServer as createHttpServer, type Server as HttpServer, type RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { TlsRules } from "../access/web-config.ts";
import type { Log } from "../log.ts";
import { isLoopback } from "../peer.ts";
import type { ListenAddress } from "./addresses.ts";

/** How slow a client may be and how many there may be. Milliseconds. */
const limits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  /** Longer than any usual scrape interval, so that connections are used again. */
  keepAliveTimeout: 75_000,
  connectionsCheckingInterval: 5_000,
} as const;
/** Nothing sent and nothing taken for so long ends a connection. */
const silenceMs = 120_000;
const maxConnections = 1_024;
/** First byte of a TLS handshake. */
const handshake = 0x16;

/** The sockets of the service. */
export interface Front {
  /** Rejects with the system's error; then nothing is listened on. */
  readonly listen: (addresses: readonly ListenAddress[]) => Promise<readonly AddressInfo[]>;
  /** From now on new connections follow other rules; those that are open go on. */
  readonly useTls: (tls: TlsRules | undefined) => void;
  readonly isEnding: () => boolean;
  /** Accepts nothing more, lets requests finish, and cuts off what is left at the deadline. Tells how many were cut off. */
  readonly end: (deadlineMs: number) => Promise<number>;
}

/**
 * Connections are accepted here and handed to an HTTP or HTTPS server, so that certificates and client rules can change,
 * and TLS be turned on or off, while the service runs. Where TLS is on, Alertmanager on the same machine may still speak
 * plain HTTP over loopback: `local` answers it.
 */
export function createFront(
  handlers: { readonly main: RequestListener; readonly local: RequestListener },
  { tls, log }: { readonly tls: TlsRules | undefined; readonly log: Log },
): Front {
  const sockets = new Set<Socket>();
  const listening: Server[] = [];
  const plain = ready(createHttpServer(limits, handlers.main));
  const local = ready(createHttpServer(limits, handlers.local));
  let secure = tls === undefined ? undefined : secureServer(tls, handlers.main);
  let ending = false;
  let isFull = false;

  const route = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("close", () => {
      sockets.delete(socket);
      if (sockets.size < maxConnections / 2) isFull = false;
    });
    // What the other side breaks is told by the request, if there is one.
    socket.on("error", () => socket.destroy());
    if (secure === undefined) plain.emit("connection", socket);
    else if (isLoopback(socket.remoteAddress ?? "")) sniff(socket, secure, local);
    else secure.emit("connection", socket);
  };
  const listenOn = ({ host, port }: ListenAddress): Promise<AddressInfo> =>
    new Promise((resolve, reject) => {
      const server = createServer({ noDelay: true }, route);
      server.maxConnections = maxConnections;
      server.on("drop", () => {
        if (!isFull) log.warn("too many connections; new ones are refused", { connections: sockets.size });
        isFull = true;
      });
      server.once("error", reject);
      server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
        listening.push(server);
        const address = server.address();
        if (address === null || typeof address === "string") reject(new Error("no address"));
        else resolve(address);
      });
    });
  const servers = (): readonly HttpServer[] => [plain, local, ...(secure === undefined ? [] : [secure])];
  return {
    listen: async (addresses) => {
      const bound: AddressInfo[] = [];
      try {
        for (const address of addresses) bound.push(await listenOn(address));
        return bound;
      } catch (error) {
        for (const server of listening) server.close();
        for (const server of servers()) stop(server);
        throw error;
      }
    },
    useTls: (rules) => {
      const old = secure;
      secure = rules === undefined ? undefined : secureServer(rules, handlers.main);
      if (old === undefined) plain.closeIdleConnections();
      else stop(old);
    },
    isEnding: () => ending,
    end: async (deadlineMs) => {
      ending = true;
      for (const server of listening) server.close();
      const until = Date.now() + deadlineMs;
      while (sockets.size > 0 && Date.now() < until) {
        for (const server of servers()) server.closeIdleConnections();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      const left = sockets.size;
      for (const socket of sockets) socket.destroy();
      for (const server of servers()) stop(server);
      return left;
    },
  };
}

/** Hands a connection on by its first byte. */
function sniff(socket: Socket, secure: HttpServer, local: HttpServer): void {
  socket.setTimeout(limits.headersTimeout, () => socket.destroy());
  socket.once("data", (first) => {
    socket.setTimeout(0);
    socket.pause();
    socket.unshift(first);
    const server = typeof first !== "string" && first[0] === handshake ? secure : local;
    server.emit("connection", socket);
    process.nextTick(() => socket.resume());
  });
}

function secureServer({ options, wantsAnyClient, allowedSans }: TlsRules, main: RequestListener): HttpServer {
  const server = createHttpsServer({ ...options, ...limits, handshakeTimeout: limits.headersTimeout }, main);
  server.prependListener("secureConnection", (socket) => {
    const isGiven = Object.keys(socket.getPeerCertificate()).length > 0;
    const verifies = options.ca !== undefined;
    const isWrong =
      (wantsAnyClient && !isGiven) ||
      (verifies && isGiven && !socket.authorized) ||
      (allowedSans !== undefined && isGiven && !hasSan(socket, allowedSans));
    if (isWrong) socket.destroy();
  });
  // Scanners and clients without a certificate: nothing that we could mend.
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  return ready(server);
}

/** Whether a client's certificate has one of the names: DNS, address, mail or URI. */
function hasSan(socket: TLSSocket, allowed: readonly string[]): boolean {
  const names = socket.getPeerX509Certificate()?.subjectAltName?.split(", ") ?? [];
  return names.some((name) => allowed.includes(name.slice(name.indexOf(":") + 1)));
}

/** Servers that never listen themselves begin to look after slow clients when they are told that they listen. */
function ready<Kind extends HttpServer>(server: Kind): Kind {
  server.setTimeout(silenceMs);
  server.emit("listening");
  return server;
}

function stop(server: HttpServer): void {
  server.closeIdleConnections();
  // It does not listen, so there is nothing to wait for; this ends its timers.
  server.close(() => undefined);
}
