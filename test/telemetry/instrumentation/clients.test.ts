import { createServer, get, request, type Server } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { instrumentClients } from "../../../packages/telemetry/src/instrumentation/clients.ts";
import type { LabelValues, Meter } from "../../../packages/telemetry/src/metrics/instruments.ts";
import { freePort } from "../../real/lab/bench.ts";

const observed: { readonly labels: LabelValues; readonly value: number }[] = [];

function refuse(): never {
  throw new Error("only histograms are wanted here");
}

const meter: Meter = {
  counter: refuse,
  gauge: refuse,
  observed: refuse,
  histogram: ({ name, labels = [] }) => {
    expect(name).toBe("http_client_request_duration_seconds");
    return {
      observe: () => undefined,
      bind: refuse,
      observeFor: (values, value) => {
        expect(Object.keys(values)).toEqual([...labels]);
        observed.push({ labels: values, value });
      },
    };
  },
};

describe("outgoing requests", () => {
  let server: Server;
  let port: number;
  let stop: () => void;

  beforeAll(async () => {
    server = createServer((message, response) => {
      if (message.url === "/hang") return;
      response.statusCode = message.url === "/missing" ? 404 : 200;
      response.end("answer");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    port = typeof address === "object" && address !== null ? address.port : 0;
    // The databases' patches are for processes of their own.
    const settings = { only: new Set(["http", "undici"]), except: new Set<string>() };
    ({ stop } = instrumentClients({ settings, meter }));
  });

  afterAll(async () => {
    stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  beforeEach(() => {
    observed.length = 0;
  });

  const labels = (status: string, method = "GET", at = port): LabelValues => ({
    http_request_method: method,
    http_response_status_code: status,
    server_address: "127.0.0.1",
    server_port: String(at),
  });
  const seen = (): readonly LabelValues[] => observed.map((each) => each.labels);

  test("of node:http are measured until their answer has been read", async () => {
    get({ host: "127.0.0.1", port, path: "/missing" }, (response) => response.resume());
    await expect.poll(seen).toEqual([labels("404")]);
    expect(observed[0]?.value).toBeGreaterThan(0);
    expect(observed[0]?.value).toBeLessThan(30);
  });

  test("of fetch are measured", async () => {
    await (await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: "x" })).text();
    await expect.poll(seen).toEqual([labels("200", "POST")]);
  });

  test("with a method of somebody's own make no series of their own", async () => {
    request({ host: "127.0.0.1", port, method: "PROPFIND" }, (response) => response.resume()).end();
    await expect.poll(seen).toEqual([labels("200", "_OTHER")]);
  });

  test("that fail have no status, and their error is the application's as before", async () => {
    const closed = await freePort();
    const error = await new Promise((resolve) => get({ host: "127.0.0.1", port: closed }).once("error", resolve));
    expect(error).toMatchObject({ code: "ECONNREFUSED" });
    await expect(fetch(`http://127.0.0.1:${closed}/`)).rejects.toThrow();
    await expect.poll(seen).toEqual([labels("", "GET", closed), labels("", "GET", closed)]);
  });

  test("that are given up are measured as well", async () => {
    const hanging = get({ host: "127.0.0.1", port, path: "/hang", agent: false }).once("error", () => undefined);
    hanging.once("socket", (socket) => socket.once("connect", () => hanging.destroy()));
    await expect.poll(seen).toEqual([labels("")]);
  });

  test("to a virtual host are counted to the port that they went to", async () => {
    get({ host: "127.0.0.1", port, headers: { host: "example.com" } }, (response) => response.resume());
    await expect.poll(seen).toEqual([labels("200")]);
  });

  test("whose headers are written at once go through unharmed", async () => {
    const answer = await new Promise((resolve) =>
      get({ host: "127.0.0.1", port, headers: ["host", "127.0.0.1", "x-own", "1"] }, (response) => {
        response.resume();
        response.once("end", () => resolve(response.statusCode));
      }),
    );
    expect(answer).toBe(200);
    await expect.poll(seen).toEqual([labels("200")]);
  });
});
