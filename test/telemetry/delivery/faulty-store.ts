import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { buffer } from "node:stream/consumers";

export interface SentRecord {
  readonly id: string;
  readonly line: string;
}

export interface BulkRequest {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  readonly records: readonly SentRecord[];
  /** Milliseconds of the process's clock. */
  readonly at: number;
}

/** The result of one record, as it stands in a bulk answer. */
export interface ItemResult {
  readonly status: number;
  readonly error?: { readonly type: string; readonly reason: string };
  readonly failure_store?: string;
}

/** What a request gets in place of a proper answer. */
export type Fault =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | {
      readonly item: (record: SentRecord) => ItemResult | undefined;
      readonly headers?: Readonly<Record<string, string>>;
      /** The answer breaks off. */
      readonly isCut?: boolean;
    }
  /** The connection ends: before the records are stored, or after, in the middle of the answer. */
  | "reset"
  | "cut"
  /** No answer at all. */
  | "hang";

/** A server that takes bulk requests with `create`, and can be made to misbehave as no real one can on demand. */
export interface FaultyStore {
  readonly url: string;
  readonly requests: BulkRequest[];
  /** Connections since the start. */
  connections: number;
  /** What it holds, by id. */
  readonly documents: Map<string, string>;
  /** Called for each request; undefined for a proper answer. */
  fault: (request: BulkRequest) => Fault | undefined;
  close(): Promise<void>;
}

export async function startFaultyStore({
  port = 0,
  tls,
}: {
  readonly port?: number;
  readonly tls?: { readonly cert: string; readonly key: string };
} = {}): Promise<FaultyStore> {
  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = (await buffer(incoming)).toString();
    const request = {
      path: incoming.url ?? "",
      headers: incoming.headers,
      body,
      records: recordsOf(body),
      at: performance.now(),
    };
    store.requests.push(request);
    answer(store, request, response);
  };
  const listener = (incoming: IncomingMessage, response: ServerResponse): void => {
    // A client that goes away in the middle is a part of the game.
    handle(incoming, response).catch(() => response.destroy());
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const store: FaultyStore = {
    url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${address.port}`,
    requests: [],
    connections: 0,
    documents: new Map(),
    fault: () => undefined,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  server.on("connection", () => {
    store.connections += 1;
  });
  return store;
}

function answer(store: FaultyStore, request: BulkRequest, response: ServerResponse): void {
  const fault = store.fault(request);
  if (fault === "hang") return;
  if (fault === "reset") {
    response.socket?.resetAndDestroy();
    return;
  }
  if (typeof fault === "object" && "status" in fault) {
    response.writeHead(fault.status, fault.headers).end(fault.body ?? "");
    return;
  }
  const results = request.records.map((record) => {
    const special = typeof fault === "object" ? fault.item(record) : undefined;
    return special ?? create(store, record);
  });
  const text = JSON.stringify({
    errors: results.some(({ status }) => status >= 300),
    took: 1,
    items: results.map((result) => ({ create: result })),
  });
  response.writeHead(200, typeof fault === "object" ? fault.headers : {});
  if (fault === "cut" || (typeof fault === "object" && fault.isCut === true))
    response.write(text.slice(0, 20), () => response.destroy());
  else response.end(text);
}

function create({ documents }: FaultyStore, { id, line }: SentRecord): ItemResult {
  if (documents.has(id))
    return { status: 409, error: { type: "version_conflict_engine_exception", reason: "document already exists" } };
  documents.set(id, line);
  return { status: 201 };
}

/** Reads a body strictly: an action line with an id and nothing else, then the record. */
function recordsOf(body: string): readonly SentRecord[] {
  const lines = body.split("\n");
  if (lines.pop() !== "" || lines.length % 2 !== 0) throw new Error("a bulk body is pairs of lines, each ended");
  const records: SentRecord[] = [];
  for (let index = 0; index < lines.length; index += 2) {
    const id = /^\{"create":\{"_id":"([^"]+)"\}\}$/.exec(lines[index] ?? "")?.[1];
    if (id === undefined) throw new Error(`not an action: ${lines[index]}`);
    records.push({ id, line: lines[index + 1] ?? "" });
  }
  return records;
}
