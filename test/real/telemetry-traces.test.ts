import { afterAll, beforeAll, expect, test } from "vitest";
import { type ReceivedSpan, type Receiver, startReceiver } from "../telemetry/traces/receiver.ts";
import { freePort, withBench } from "./lab/bench.ts";
import { exporterPassword, startMariadb } from "./lab/servers/mariadb.ts";
import { startRedis } from "./lab/servers/redis.ts";
import { describeWith } from "./tool.ts";
import { startTraced } from "./traced/process.ts";

const client = 3;
const server = 2;

describeWith(["mariadbd", "mariadb-install-db", "redis-server"], "traces of an application with its databases", () => {
  let stores: { readonly MYSQL_URL: string; readonly REDIS_URL: string };
  let release: () => void = () => undefined;
  let cleared: Promise<unknown> = Promise.resolve();

  beforeAll(async () => {
    await new Promise<void>((ready, failed) => {
      cleared = withBench(async (bench) => {
        const [mysql, redis] = [await bench.freePort(), await bench.freePort()];
        startRedis(bench, redis, ["--save", ""]);
        await startMariadb(bench, { name: "db", id: 1, port: mysql, options: ["--bind-address=127.0.0.1"] });
        stores = {
          MYSQL_URL: `mysql://exporter:${exporterPassword}@127.0.0.1:${mysql}`,
          REDIS_URL: `redis://127.0.0.1:${redis}`,
        };
        ready();
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      });
      cleared.catch(failed);
    });
  });

  afterAll(async () => {
    release();
    await cleared;
  });

  test.each(["app.ts", "app.cjs"])("%s: one trace from the route to MySQL, Redis and other services", async (name) => {
    const receiver = await startReceiver();
    const app = startTraced(name, { environment: { ...stores, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } });
    try {
      const { rows, byFetch, byHttp } = JSON.parse(await (await fetch(`${await app.url()}/users/41`)).text());
      expect(rows).toEqual([{ next: 42 }]);
      const route = await find(receiver, (span) => span.kind === server && span.name === "GET /users/:id");
      const children = async (count: number): Promise<readonly ReceivedSpan[]> => {
        const found = (): readonly ReceivedSpan[] =>
          receiver.spans.filter((span) => span.parentSpanId === route.spanId);
        await expect.poll(() => found().filter(({ kind }) => kind === client).length).toBe(count);
        return found();
      };
      const calls = await children(4);
      const bySystem = (system: string) =>
        calls.find(({ attributes }) => attributes["db.system.name"] === system)?.attributes;
      expect(bySystem("mysql")).toMatchObject({ "db.query.text": "SELECT ? + ? AS next" });
      expect(bySystem("redis")).toMatchObject({ "db.operation.name": "SET" });
      expect(new Set(receiver.spans.filter(({ traceId }) => traceId === route.traceId)).size).toBe(7);
      for (const [scope, seen] of [
        ["undici", byFetch],
        ["http-client", byHttp],
      ]) {
        const call = calls.find((span) => span.scope.includes(String(scope)));
        expect(call?.attributes).toMatchObject({ "http.response.status_code": 200 });
        expect(call?.attributes["url.full"]).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/headers$/);
        // The called service saw this very span as its parent, and says so.
        expect(seen).toEqual({ traceparent: `00-${route.traceId}-${call?.spanId}-01` });
        await find(receiver, (span) => span.kind === server && span.parentSpanId === call?.spanId);
      }
      expect(app.records().find(({ message }) => message === "user shown")).toMatchObject({
        "trace.id": route.traceId,
        "span.id": route.spanId,
      });
      expect(app.output()).not.toMatch(/not instrumented|cannot be instrumented/);
    } finally {
      await app.stop();
      await receiver.close();
    }
  });

  test.each(["app.ts", "app.cjs"])("%s: without a collector a request that fails is kept at ratio 0", async (name) => {
    const receiver = await startReceiver();
    const sampling = { OTEL_TRACES_SAMPLER: "parentbased_traceidratio", OTEL_TRACES_SAMPLER_ARG: "0" };
    const environment = { ...stores, ...sampling, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url };
    const app = startTraced(name, { environment });
    try {
      const url = await app.url();
      await (await fetch(`${url}/users/1`)).text();
      await (await fetch(`${url}/fail`)).text();
      const failed = await find(receiver, (span) => span.name === "GET /fail");
      expect(failed.status?.code).toBe(2);
      expect(receiver.spans.map((span) => span.traceId)).toEqual([failed.traceId]);
    } finally {
      await app.stop();
      await receiver.close();
    }
  });
});

describeWith([], "traces of a process", () => {
  let receiver: Receiver;

  beforeAll(async () => {
    receiver = await startReceiver();
  });

  afterAll(() => receiver.close());

  const endpoint = () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });

  test("10,000 spans in one tick arrive whole, with the default settings, before the process ends", async () => {
    receiver.spans.length = 0;
    const app = startTraced("burst.ts", { environment: { ...endpoint(), OTEL_BSP_SCHEDULE_DELAY: "" } });
    expect(await app.ended).toBe(0);
    expect(receiver.spans).toHaveLength(10_000);
    expect(new Set(receiver.spans.map(({ attributes }) => attributes["index"])).size).toBe(10_000);
  });

  test("spans wait while the collector is down, and arrive when it comes back", async () => {
    const port = await freePort();
    const { account, environment } = await exposed();
    const down = { ...environment, OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` };
    const app = startTraced("headers.ts", { environment: down });
    const url = await app.url();
    for (let index = 0; index < 20; index++) await (await fetch(`${url}/`)).text();
    await expect.poll(() => app.output(), { timeout: 5000 }).toContain("they wait and are sent again");
    expect(await account()).toEqual({ ended: 20, exported: 0, dropped: 0, queued: 20 });
    const late = await startReceiver(port);
    try {
      await expect.poll(() => late.spans.length, { timeout: 20_000 }).toBe(20);
      await expect.poll(() => app.output()).toContain("spans are exported again");
      expect(await account()).toEqual({ ended: 20, exported: 20, dropped: 0, queued: 0 });
      expect(app.output().match(/they wait and are sent again/g)).toHaveLength(1);
    } finally {
      await app.stop();
      await late.close();
    }
  });

  test("spans that the collector refuses with 400 are dropped, said once, counted, and the application goes on", async () => {
    receiver.answer = (response) => response.writeHead(400).end("echo of a secret");
    const { account, environment } = await exposed();
    const secret = { OTEL_EXPORTER_OTLP_HEADERS: "key=hidden" };
    const app = startTraced("headers.ts", { environment: { ...environment, ...endpoint(), ...secret } });
    try {
      const url = await app.url();
      const before = receiver.requests.length;
      for (let round = 1; round <= 3; round++) {
        expect((await fetch(`${url}/`)).status).toBe(200);
        await expect.poll(() => receiver.requests.length).toBe(before + round);
      }
      expect(app.output().match(/spans were refused and are dropped/g)).toHaveLength(1);
      await expect.poll(account).toEqual({ ended: 3, exported: 0, dropped: 3, queued: 0 });
      expect(app.output()).toContain('"reason":"HTTP 400"');
      expect(app.output()).not.toMatch(/hidden|secret/);
    } finally {
      receiver.answer = undefined;
      await app.stop();
    }
  });

  test("a process that ends with the collector down ends all the same, and says what is lost", async () => {
    const port = await freePort();
    const app = startTraced("burst.ts", {
      environment: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, SPANS: "100" },
    });
    expect(await app.ended).toBe(0);
    const lost = app.records().find(({ message }) => message === "spans were not exported before the end and are lost");
    expect(lost).toMatchObject({ spans: 100 });
  });

  test("an application that loaded its modules before telemetry is told so, and its requests are traced all the same", async () => {
    receiver.spans.length = 0;
    const port = await freePort();
    const metrics = { OTEL_METRICS_EXPORTER: "prometheus", OTEL_EXPORTER_PROMETHEUS_PORT: String(port) };
    const app = startTraced("late.ts", { preload: false, environment: { ...endpoint(), ...metrics } });
    try {
      await (await fetch(`${await app.url()}/hello/you`)).text();
      await find(receiver, (span) => span.kind === server);
      await expect.poll(() => app.output()).toContain("node --import @stackwright/telemetry/register");
      const warnings = app.records().filter(({ message }) => String(message).includes("not instrumented"));
      expect(warnings).toHaveLength(1);
      expect(String(warnings[0]?.["modules"]).split(", ")).toEqual(
        expect.arrayContaining(["express", "mysql2", "redis"]),
      );
      const page = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      for (const module of ["express", "mysql2", "redis"])
        expect(page).toMatch(new RegExp(`^telemetry_instrumentation_patched\\{module="${module}"\\} 0$`, "m"));
      expect(page).toMatch(/^telemetry_instrumentation_patched\{module="http"\} 1$/m);
    } finally {
      await app.stop();
    }
  });
});

/** Settings with which a process shows its metrics, and what they say of its spans. */
async function exposed() {
  const port = await freePort();
  return {
    environment: { OTEL_METRICS_EXPORTER: "prometheus", OTEL_EXPORTER_PROMETHEUS_PORT: String(port) },
    async account() {
      const page = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      const sum = (name: string): number =>
        [...page.matchAll(new RegExp(`^telemetry_spans_${name}(?:\\{.*\\})? (\\d+)$`, "gm"))].reduce(
          (all, [, value]) => all + Number(value),
          0,
        );
      return {
        ended: sum("ended_total"),
        exported: sum("exported_total"),
        dropped: sum("dropped_total"),
        queued: sum("queued"),
      };
    },
  };
}

async function find(receiver: Receiver, wanted: (span: ReceivedSpan) => boolean): Promise<ReceivedSpan> {
  await expect
    .poll(() => receiver.spans.some(wanted), { timeout: 10_000, message: "the span did not arrive" })
    .toBe(true);
  const span = receiver.spans.find(wanted);
  if (span === undefined) throw new Error("the span did not arrive");
  return span;
}
