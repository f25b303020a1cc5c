import { once } from "node:events";
import { describe, expect, it, test } from "vitest";
import { WebSocket } from "ws";
import { type Receiver, startReceiver } from "../telemetry/traces/receiver.ts";
import { freePort } from "./lab/bench.ts";
import { startTraced, type TracedProcess } from "./traced/process.ts";

const soon = { timeout: 20_000 };

/** About 30 s on an idle machine, most of it the million of requests. */
describe.each(["app.ts", "app.cjs"])("requests to an application with the preload: %s", (name) => {
  async function withApp(
    environment: Readonly<Record<string, string>>,
    use: (app: TracedProcess, receiver: Receiver, url: string) => Promise<void>,
  ): Promise<void> {
    const receiver = await startReceiver();
    const app = startTraced(`../requests/${name}`, {
      environment: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_SERVICE_NAME: "menu", ...environment },
    });
    try {
      await use(app, receiver, await app.url());
    } finally {
      await app.stop();
      await receiver.close();
    }
  }

  test("every logger that it makes itself has the ids of the route's span, in ECS where it writes to stdout", async () => {
    await withApp({}, async (app, receiver, url) => {
      expect((await fetch(`${url}/users/7?token=geheim`)).status).toBe(200);
      await expect.poll(() => receiver.spans.length, soon).toBe(1);
      const [span] = receiver.spans;
      expect(span?.name).toBe("GET /users/:id");
      await expect.poll(() => app.records().length, soon).toBe(7);
      const shown = app.records().filter(({ message }) => message === "user shown");
      expect(shown.map(({ place }) => place)).toEqual([0, 1, 2, 3, 4]);
      const ids = { "trace.id": span?.traceId, "span.id": span?.spanId };
      for (const line of shown)
        expect(line).toMatchObject({ ...ids, "log.level": "info", "service.name": "menu", child: true });
      expect(shown[1]?.["log.logger"]).toBe("named");
      expect(app.records().find(({ msg }) => msg === "to stderr")).toMatchObject({ ...ids, level: 30 });
      expect(app.records().at(-1)).toMatchObject({ ...ids, message: "request finished", "http.route": "/users/:id" });
      expect(app.output()).not.toContain("geheim");
    });
  });

  test("a comment on a WebSocket is logged with the ids of its handshake", async () => {
    await withApp({}, async (app, receiver, url) => {
      const client = new WebSocket(`${url.replace("http", "ws")}/danmu`);
      await once(client, "open");
      client.send("好吃");
      await once(client, "message");
      client.close();
      await expect.poll(() => receiver.spans.map(({ name: of }) => of), soon).toEqual(["GET /danmu"]);
      await expect
        .poll(() => app.records().find(({ message }) => message === "comment"), soon)
        .toMatchObject({
          "trace.id": receiver.spans[0]?.traceId,
        });
    });
  });

  test("its own port answers the scrape, with exemplars, and nothing is recorded of that", async () => {
    const port = String(await freePort());
    const environment = { PORT: port, TELEMETRY_METRICS_PORT: port, OTEL_METRICS_EXPORTER: "prometheus" };
    await withApp(environment, async (app, receiver, url) => {
      await fetch(`${url}/users/7`);
      await fetch(`${url}/users/8/fail`);
      await expect.poll(() => receiver.spans.length, soon).toBe(2);
      const page = await (
        await fetch(`${url}/metrics`, { headers: { accept: "application/openmetrics-text" } })
      ).text();
      const bucket = page
        .split("\n")
        .find((line) => line.includes("_bucket{") && line.includes('http_route="/users/:id",'));
      expect(bucket).toContain('http_response_status_code="200"');
      const exemplars = [...page.matchAll(/# \{trace_id="([0-9a-f]{32})"/g)].map(([, id]) => id);
      expect(new Set(exemplars)).toEqual(new Set(receiver.spans.map(({ traceId }) => traceId)));
      await fetch(`${url}/users/9`);
      await expect.poll(() => receiver.spans.length, soon).toBe(3);
      expect(app.output()).not.toContain("/metrics");
    });
  });
});

describe("what is logged right before the end", () => {
  it.each([
    ["exit", 7],
    ["throw", 1],
    ["nothing", 0],
    ["signal", null],
  ])("is on stdout, and the exit code stays the application's: %s", async (way, code) => {
    const app = startTraced("../requests/ends.ts", { environment: { WAY: way, OTEL_TRACES_EXPORTER: "none" } });
    expect(await app.ended).toBe(code);
    const lines = app.records().filter(({ line }) => line !== undefined);
    expect(lines.map(({ line }) => line)).toEqual(Array.from({ length: 500 }, (_, line) => line));
  });
});

describe("a million addresses", () => {
  it("are two series, and no memory", async () => {
    const app = startTraced("../requests/many.ts", {
      environment: {
        NODE_OPTIONS: "--expose-gc",
        OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
        OTEL_TRACES_SAMPLER_ARG: "0.01",
        OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9",
        TELEMETRY_REQUEST_LOG: "off",
        OTEL_METRICS_EXPORTER: "prometheus",
        TELEMETRY_METRICS_PORT: String(await freePort()),
      },
    });
    expect(await app.ended).toBe(0);
    const counts = [...app.output().matchAll(/^count .*http_request_method="([^"]*)".* (\d+)$/gm)];
    expect(Object.fromEntries(counts.map(([, method, count]) => [method, Number(count)]))).toEqual({
      GET: 666_666,
      _OTHER: 333_334,
    });
    expect(Number(/^grown (-?\d+)$/m.exec(app.output())?.[1])).toBeLessThan(32 * 2 ** 20);
  });
});
