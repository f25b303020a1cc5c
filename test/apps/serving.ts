import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { type DestinationStream, pino } from "pino";

/** A logger whose lines can be read. */
export function readLog() {
  const lines: string[] = [];
  const destination: DestinationStream = { write: (line) => lines.push(line) };
  return { log: pino({}, destination), lines };
}

export interface Serving {
  readonly url: string;
  readonly server: Server;
  readonly close: () => Promise<void>;
}

/** Listens on a free port of loopback. */
export async function listen(listener: RequestListener, attach?: (server: Server) => void): Promise<Serving> {
  const server = createServer(listener);
  attach?.(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    server,
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Status and JSON of an answer. */
export async function ask(url: string, init?: RequestInit): Promise<{ status: number; type: string; body: unknown }> {
  const response = await fetch(url, init);
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get("content-type") ?? "",
    body: text === "" ? undefined : JSON.parse(text),
  };
}

/** A POST of JSON. */
export function json(body: unknown, headers: Readonly<Record<string, string>> = {}): RequestInit {
  return { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
}
