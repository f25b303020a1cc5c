import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A call that a gateway got. */
export interface Received {
  /** With the query. */
  readonly path: string;
  readonly body: string;
  readonly at: number;
  readonly headers: IncomingMessage["headers"];
}

export type Answer = (response: ServerResponse, received: Received) => void;

/** A small real server in the place of an SMS gateway, a robot or WeCom. It answers in turn, the last way again and again. */
export interface Gateway {
  readonly origin: string;
  readonly received: readonly Received[];
  answer(...answers: readonly Answer[]): void;
  stop(): Promise<void>;
}

export async function startGateway(): Promise<Gateway> {
  const received: Received[] = [];
  let answers: readonly Answer[] = [says(200, {})];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const call = {
      path: request.url ?? "",
      body: Buffer.concat(chunks).toString(),
      at: Date.now(),
      headers: request.headers,
    };
    received.push(call);
    const [next = says(200, {}), ...rest] = answers;
    if (rest.length > 0) answers = rest;
    next(response, call);
  });
  const port = await listening(server);
  return {
    origin: `http://127.0.0.1:${port}`,
    received,
    answer: (...next) => {
      answers = next;
      received.length = 0;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

export function says(status: number, body: object | string, headers: Readonly<Record<string, string>> = {}): Answer {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
}

/** Takes the call and never answers. */
export const silence: Answer = () => undefined;

/** Listens on a free port of loopback, or of all addresses. */
export function listening(server: ReturnType<typeof createServer>, host = "127.0.0.1"): Promise<number> {
  return new Promise((done, fail) => {
    server.once("error", fail);
    server.listen(0, host, () => {
      const address: AddressInfo | string | null = server.address();
      if (address === null || typeof address === "string") fail(new Error("no port"));
      else done(address.port);
    });
  });
}
