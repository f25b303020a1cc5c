import { createServer, type RequestListener, type Server } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { observePrometheus } from "../../../src/service/asking/observer.ts";
import { type Facts, snapshotOf } from "../../../src/service/inventory/snapshot.ts";
import { buildText } from "../../real/lab/stack.ts";

const servers: Server[] = [];
const logged: string[] = [];
const note = (message: string): void => void logged.push(message);
const log = { info: note, warn: note, error: note };

afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
  logged.length = 0;
});

/** A server that answers as it is told; where it listens. */
async function listen(handler: RequestListener): Promise<number> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

function factsWith(port: number): Facts {
  const { facts } = snapshotOf(
    {
      diagnostics: [],
      accepted: [],
      result: buildText(`
version: 1
platform: tiny
environment: test
segments: { lan: { cidr: 127.0.0.0/8, interface: lo } }
hosts: { a: { address: 127.0.0.1, segment: lan } }
services:
  metrics: { kind: prometheus, hosts: [a], port: ${port}, accept: { single-point-of-failure: a test } }
`),
    },
    new Set(),
  );
  if (facts === undefined) throw new Error("no facts");
  return facts;
}

function vector(labels: Readonly<Record<string, string>>, value: number): string {
  return JSON.stringify({
    status: "success",
    data: { resultType: "vector", result: [{ metric: labels, value: [1, String(value)] }] },
  });
}

describe("what is asked of Prometheus", () => {
  it("is what it sees of this platform, and nothing of another", async () => {
    const asked: string[] = [];
    const port = await listen((request, response) => {
      const query = new URL(request.url ?? "", "http://x").searchParams.get("query") ?? "";
      asked.push(query);
      response.end(vector({ service: "node", vip: "web", host: "a" }, 1));
    });
    const observer = observePrometheus(() => factsWith(port), { log, mayAsk: true, now: () => 5_000 });
    await observer.refresh();
    const { latest, servers: states } = observer.observations();
    expect(latest?.seen.get("node")).toBe(1);
    expect(latest?.held.get("web")?.get("a")).toBe(true);
    expect(states).toEqual([{ instance: `a:${port}`, type: "answers", atMs: 5_000 }]);
    expect(asked.filter((query) => !/\{platform="tiny",environment="test"[,}]/.test(query))).toEqual([]);
    // A probe of a service is no target of it.
    expect(asked.filter((query) => query.includes("up{") && !query.includes('job!~"blackbox-.+"'))).toEqual([]);
  });

  it("becomes unknown two minutes after the last answer", async () => {
    let now = 0;
    const port = await listen((_request, response) => response.end(vector({}, 1)));
    const observer = observePrometheus(() => factsWith(port), { log, mayAsk: true, now: () => now });
    await observer.refresh();
    now = 119_000;
    expect(observer.observations().latest).toBeDefined();
    now = 121_000;
    expect(observer.observations().latest).toBeUndefined();
  });

  it.each<readonly [string, RequestListener, RegExp]>([
    [
      "redirects",
      (_, response) => response.writeHead(302, { location: "http://169.254.169.254/" }).end(),
      /it answered 302/,
    ],
    ["refuses", (_, response) => response.writeHead(401).end(), /it answered 401/],
    ["is something else", (_, response) => response.end("<html>"), /not Prometheus' API/],
    [
      "answers in another shape",
      (_, response) => response.end('{"status":"success","data":{}}'),
      /not Prometheus' API/,
    ],
    [
      "talks without end",
      (_, response) => {
        const more = (): void => {
          if (response.write("x".repeat(65_536))) setImmediate(more);
          else response.once("drain", more);
        };
        more();
      },
      /larger than/,
    ],
    [
      "breaks off",
      (_, response) => {
        response.write("{");
        response.destroy();
      },
      /aborted|hang up|ECONNRESET/,
    ],
  ])("is nothing where the server %s, and that is logged once", async (_what, handler, reason) => {
    const port = await listen(handler);
    const observer = observePrometheus(() => factsWith(port), { log, mayAsk: true });
    await observer.refresh();
    await observer.refresh();
    const { latest, servers: states } = observer.observations();
    expect(latest).toBeUndefined();
    expect(states).toEqual([{ instance: `a:${port}`, type: "silent", reason: expect.stringMatching(reason) }]);
    expect(logged).toEqual(["a Prometheus server does not answer"]);
  });

  it("is nothing where the addresses are not ours to ask", async () => {
    let requests = 0;
    const port = await listen((_request, response) => {
      requests++;
      response.end();
    });
    const observer = observePrometheus(() => factsWith(port), { log, mayAsk: false });
    await observer.refresh();
    expect(requests).toBe(0);
    expect(observer.observations().servers).toEqual([{ instance: `a:${port}`, type: "unasked" }]);
  });
});
