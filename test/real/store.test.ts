// About 40 s.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from "@opentelemetry/sdk-trace";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildBundle, bundle, removeBundle } from "../scenarios/story.ts";
import { freePort } from "./lab/bench.ts";
import { end } from "./lab/place.ts";
import { eventually } from "./lab/waiting.ts";
import { type Asking, ask, makeServing, type Reply, type Running, sampleOf, tinyInventory } from "./serving.ts";

const serving = makeServing();
const stream = "logs-nodejs.test-default";
let port: number;
let at: string;

beforeAll(async () => {
  buildBundle();
  port = await freePort();
  serving.write("inventory.yaml", tinyInventory({ service: port, prometheus: await freePort() }));
  at = `http://127.0.0.1:${port}`;
});
afterAll(async () => {
  await serving.clear();
  removeBundle();
});

const ndjson = { "content-type": "application/x-ndjson" };

function lines(prefix: string, count: number, message = "a line"): Buffer {
  const now = new Date().toISOString();
  const texts = Array.from({ length: count }, (_, index) => {
    const document = { "@timestamp": now, "service.name": "menu", message: `${message} ${prefix}-${index}` };
    return `${JSON.stringify({ create: { _id: `${prefix}-${index}` } })}\n${JSON.stringify(document)}\n`;
  });
  return Buffer.from(texts.join(""));
}

async function post(path: string, body: Buffer | string, headers: Asking["headers"] = ndjson): Promise<Reply> {
  const answer = await fetch(`${at}${path}`, {
    method: "POST",
    body,
    headers: new Headers(Object.entries(headers ?? {}).map(([name, value]): [string, string] => [name, String(value)])),
  });
  const bytes = Buffer.from(await answer.arrayBuffer());
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body: bytes, text: bytes.toString() };
}

async function count(): Promise<number> {
  return JSON.parse((await ask(`${at}/${stream}/_count`)).text).count;
}

function listening(...args: readonly string[]): Promise<Running> {
  return serving.serve(`--web.listen-address=127.0.0.1:${port}`, ...args);
}

describe("the store", () => {
  let service: Running;
  beforeAll(async () => {
    service = await listening();
  });
  afterAll(async () => {
    await service.stop();
    rmSync(serving.path("store"), { recursive: true, force: true });
  });

  it("makes no file and no thread before it is used", async () => {
    expect(existsSync(serving.path("store"))).toBe(false);
    expect(sampleOf((await ask(`${at}/metrics`)).text, 'stackwright_store_records{signal="logs"}')).toBe(0);
  });

  it.each([
    ["JSON", () => new JsonExporter({ url: `${at}/v1/traces` })],
    ["protobuf", () => new ProtobufExporter({ url: `${at}/v1/traces` })],
    ["packed JSON", () => new JsonExporter({ url: `${at}/v1/traces`, compression: "gzip" as never })],
    ["packed protobuf", () => new ProtobufExporter({ url: `${at}/v1/traces`, compression: "gzip" as never })],
  ])("takes what OpenTelemetry's own exporter sends as %s", async (how, exporter: () => SpanExporter) => {
    const provider = new TracerProvider({
      resource: resourceFromAttributes({ "service.name": `sender of ${how}` }),
      spanProcessors: [new BatchSpanProcessor({ exporter: exporter() })],
    });
    const span = provider.getTracer("test").startSpan("work", { attributes: { number: 42, how } });
    span.end();
    await provider.shutdown();
    const { trace_id, span_list } = JSON.parse((await ask(`${at}/api/v1/traces/${span.spanContext().traceId}`)).text);
    expect(trace_id).toBe(span.spanContext().traceId);
    expect(span_list).toMatchObject([
      { service: `sender of ${how}`, name: "work", details: { attributes: { number: 42, how } } },
    ]);
  });

  it("takes packed log lines, with the data stream in the path or in the action", async () => {
    const inPath = await post(`/${stream}/_bulk`, gzipSync(lines("path", 3)), {
      ...ndjson,
      "content-encoding": "gzip",
    });
    expect(JSON.parse(inPath.text)).toMatchObject({ errors: false, items: [{}, {}, {}] });
    const document = JSON.stringify({ "@timestamp": 1, message: "in action" });
    const inAction = await post("/_bulk", `{"create":{"_index":"${stream}","_id":"z"}}\n${document}\n`);
    expect(JSON.parse(inAction.text)).toMatchObject({ errors: false });
    expect(await count()).toBe(4);
    const { logs } = JSON.parse((await ask(`${at}/api/v1/logs?text=path-1`)).text);
    expect(logs).toMatchObject([{ id: "path-1", service: "menu", stream, document: { "service.name": "menu" } }]);
  });

  it.each([
    ["/v1/traces", "{", { "content-type": "application/json" }, 400, "application/json", '"message"'],
    ["/v1/traces", "\u000b", { "content-type": "application/x-protobuf" }, 400, "application/x-protobuf", "wire type"],
    ["/v1/traces", "x", { "content-type": "text/plain" }, 415, "text/plain", "OTLP is read as"],
    [
      "/v1/traces",
      "x",
      { "content-type": "application/json", "content-encoding": "br" },
      415,
      "application/json",
      "gzip",
    ],
    [
      "/v1/traces",
      "x",
      { "content-type": "application/json", "content-encoding": "gzip" },
      400,
      "application/json",
      "not gzip",
    ],
    ["/_bulk", "x", { "content-type": "text/plain" }, 415, "application/json", "media_type_header_exception"],
    ["/_bulk", "", ndjson, 400, "application/json", "request body is required"],
    ["/UPPER/_bulk", "{}\n", ndjson, 400, "application/json", "Invalid index name"],
  ])("says at %s what is wrong with %j", async (path, body, headers, status, type, words) => {
    const reply = await post(path, body, headers);
    expect(reply).toMatchObject({ status, text: expect.stringContaining(words) });
    expect(reply.headers["content-type"]).toContain(type);
  });

  it("refuses bodies that are too large, as they come and unpacked, and reads the next request all the same", async () => {
    const large = Buffer.alloc(9 * 1024 ** 2, 0x20);
    expect(await post("/_bulk", large)).toMatchObject({ status: 413, text: expect.stringContaining("8388608") });
    const bomb = gzipSync(Buffer.alloc(64 * 1024 ** 2));
    const headers = { "content-type": "application/json", "content-encoding": "gzip" };
    expect(await post("/v1/traces", bomb, headers)).toMatchObject({
      status: 413,
      text: expect.stringContaining("unpacks"),
    });
    expect(await post(`/${stream}/_bulk`, lines("after", 1))).toMatchObject({ status: 200 });
  });

  it("takes records from no page of somebody else's that points a name at this machine", async () => {
    expect(
      await ask(`${at}/_bulk`, { method: "POST", headers: { ...ndjson, host: "rebound.example.org" } }),
    ).toMatchObject({ status: 403 });
    expect(await ask(`${at}/api/v1/logs`, { headers: { host: "rebound.example.org" } })).toMatchObject({ status: 403 });
  });

  it("tells senders to slow down while it is behind, answers scrapes meanwhile, and has everything in the end", async () => {
    const before = await count();
    const filler = "x".repeat(400_000);
    const body = (name: number): Buffer => lines(`load${name}`, 18, filler);
    const statuses: number[] = [];
    const send = async (name: number): Promise<void> => {
      for (let attempt = 0; attempt < 300; attempt++) {
        const reply = await post(`/${stream}/_bulk`, body(name)).catch(() => undefined);
        if (reply === undefined) continue;
        statuses.push(reply.status);
        if (reply.status === 200) return;
        expect(reply).toMatchObject({ status: 429, headers: { "retry-after": "1" } });
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error(`request ${name} was never taken`);
    };
    const sending = Promise.all(Array.from({ length: 14 }, (_, name) => send(name)));
    const scrapes = Array.from({ length: 20 }, () => ask(`${at}/metrics`));
    expect(new Set((await Promise.all(scrapes)).map(({ status }) => status))).toEqual(new Set([200]));
    await sending;
    expect(statuses).toContain(429);
    expect(await count()).toBe(before + 14 * 18);
    const { text } = await ask(`${at}/metrics`);
    expect(sampleOf(text, 'stackwright_store_refused_requests_total{signal="logs",reason="overloaded"}')).toBe(
      statuses.filter((status) => status === 429).length,
    );
  });

  it("says in JSON what is wrong with a question", async () => {
    for (const [path, status, words] of [
      ["logs?levle=warn", 400, "did you mean level?"],
      ["logs?level=loud", 400, "one of trace, debug"],
      ["traces?min_duration=5", 400, "a duration such as 250ms"],
      ["traces?since=1h&from=1", 400, "leave it out"],
      ["traces/xyz", 400, "32 hexadecimal digits"],
      [`traces/${"f".repeat(32)}`, 404, "no span and no log line"],
      ["logs?limit=5000", 400, "from 1 to 1000"],
    ] as const) {
      const reply = await ask(`${at}/api/v1/${path}`);
      expect(reply).toMatchObject({ status, headers: { "content-type": expect.stringContaining("json") } });
      expect(JSON.parse(reply.text).error).toContain(words);
    }
  });

  it("is as it was after a restart, and knows what it has", async () => {
    await post(`/${stream}/_bulk`, lines("restart", 3));
    const before = await count();
    expect(await service.stop()).toBe(0);
    expect(readdirSync(serving.path("store")).sort()).toEqual(["owner.lock", "store.sqlite"]);
    service = await listening();
    expect(await count()).toBe(before);
    const again = JSON.parse((await post(`/${stream}/_bulk`, lines("restart", 3))).text);
    expect(again.items.map(({ create }: { create: { status: number } }) => create.status)).toEqual([409, 409, 409]);
  });

  it("lets no other service use its folder, says who has it, and that one serves everything else", async () => {
    const other = await freePort();
    const second = await serving.serve(`--web.listen-address=127.0.0.1:${other}`);
    const reply = await fetch(`http://127.0.0.1:${other}/_bulk`, {
      method: "POST",
      headers: ndjson,
      body: lines("x", 1),
    });
    expect(reply.status).toBe(503);
    expect(reply.headers.get("retry-after")).toBe("5");
    expect(await reply.text()).toContain("in use by another process");
    const { text } = await ask(`http://127.0.0.1:${other}/metrics`);
    expect(sampleOf(text, "stackwright_store_writable")).toBe(0);
    expect((await ask(`http://127.0.0.1:${other}/`)).text).toContain("Traces and log lines are not kept");
    expect(second.log()).toContain("the store cannot write");
    await second.stop();
  });
});

describe("a store that is killed", () => {
  it("has every line that it answered for, each once", async () => {
    let confirmed = 0;
    for (let round = 0; round < 3; round++) {
      const service = await listening();
      const killed = once(service.child, "exit");
      setTimeout(() => service.child.kill("SIGKILL"), 150 + 130 * round);
      for (let batch = 0; batch < 500; batch++) {
        const reply = await post(`/${stream}/_bulk`, lines(`r${round}-b${batch}`, 100)).catch(() => undefined);
        if (reply === undefined) break;
        expect(reply.status).toBe(200);
        confirmed += 100;
      }
      await killed;
    }
    const service = await listening();
    const held = await count();
    expect(held).toBeGreaterThanOrEqual(confirmed);
    // At most the last batch of each round was written and not answered for.
    expect(held).toBeLessThanOrEqual(confirmed + 3 * 100);
    expect(held % 100).toBe(0);
    await service.stop();
    rmSync(serving.path("store"), { recursive: true, force: true });
  });
});

describe("a store whose database is damaged", () => {
  let service: Running;
  beforeEach(async () => {
    rmSync(serving.path("store"), { recursive: true, force: true });
    service = await listening();
    await post(`/${stream}/_bulk`, lines("before", 2_000));
    await service.stop();
  });

  it.each([
    ["is no database", () => writeFileSync(serving.path("store/store.sqlite"), "not a database at all".repeat(1_000))],
    [
      "has pages of rubbish",
      () => {
        const { size } = statSync(serving.path("store/store.sqlite"));
        execFileSync("dd", [
          "if=/dev/urandom",
          `of=${serving.path("store/store.sqlite")}`,
          "bs=4096",
          "seek=1",
          `count=${size / 4096 - 1}`,
          "conv=notrunc",
          "status=none",
        ]);
      },
    ],
    ["is empty", () => writeFileSync(serving.path("store/store.sqlite"), "")],
  ])("begins anew where the file %s, keeps the old one and says so", async (what, damage) => {
    damage();
    service = await listening();
    const reply = await eventually(async () => {
      const answer = await post(`/${stream}/_bulk`, lines("after", 3));
      if (answer.status !== 200) throw new Error(answer.text);
      return answer;
    });
    expect(JSON.parse(reply.text).errors).toBe(false);
    expect(await eventually(count)).toBe(3);
    if (what !== "is empty") {
      expect(service.log()).toContain("it was moved aside and a new one made");
      expect(existsSync(serving.path("store/store.sqlite.aside"))).toBe(true);
    }
    await service.stop();
  });
});

describe("a store whose folder cannot be", () => {
  it("answers 503 with the reason, keeps nobody from anything else, and ends when it is told", async () => {
    writeFileSync(serving.path("file"), "");
    for (const folder of ["/proc/nowhere/store", serving.path("file/store")]) {
      const service = await listening(`--store.directory=${folder}`);
      const reply = await post(`/${stream}/_bulk`, lines("x", 1));
      expect(reply).toMatchObject({
        status: 503,
        headers: { "retry-after": "5" },
        text: expect.stringContaining("mkdir"),
      });
      expect(await ask(`${at}/api/v1/logs`)).toMatchObject({ status: 503 });
      expect(await ask(`${at}/traces`)).toMatchObject({
        status: 503,
        text: expect.stringContaining("does not answer now"),
      });
      expect(await ask(`${at}/-/ready`)).toMatchObject({ status: 200 });
      expect(await service.stop()).toBe(0);
    }
  });
});

describe("a small store", () => {
  it("keeps its folder within the limit, the newest lines, and counts what it threw away", async () => {
    rmSync(serving.path("store"), { recursive: true, force: true });
    const service = await listening("--store.max-bytes=16MB");
    for (let batch = 0; batch < 25; batch++) {
      const reply = await post(`/${stream}/_bulk`, lines(`b${batch}`, 1_000, "lorem ipsum dolor sit amet ".repeat(10)));
      expect(JSON.parse(reply.text)).toMatchObject({ errors: false });
      const bytes = readdirSync(serving.path("store")).map((name) => statSync(join(serving.path("store"), name)).size);
      expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(17 * 1024 ** 2);
    }
    const { logs } = JSON.parse((await ask(`${at}/api/v1/logs?limit=1`)).text);
    expect(logs[0].id).toMatch(/^b24-/);
    const { text } = await ask(`${at}/metrics`);
    const evicted = sampleOf(text, 'stackwright_store_evicted_total{signal="logs",reason="bytes"}') ?? 0;
    expect(evicted).toBeGreaterThan(0);
    expect(evicted + (await count())).toBe(25_000);
    await service.stop();
    rmSync(serving.path("store"), { recursive: true, force: true });
  });

  it("lies in memory where there is no folder, and leaves nothing", async () => {
    const environment: NodeJS.ProcessEnv = { ...process.env };
    delete environment["STATE_DIRECTORY"];
    const child = spawn(
      process.execPath,
      [bundle, "serve", "-i", serving.path("inventory.yaml"), `--web.listen-address=127.0.0.1:${port}`],
      { stdio: "ignore", env: environment, cwd: serving.folder },
    );
    const before = readdirSync(serving.folder);
    await eventually(() => ask(`${at}/-/healthy`), 60);
    expect(await post(`/${stream}/_bulk`, lines("m", 10))).toMatchObject({ status: 200 });
    expect(await count()).toBe(10);
    await end(child);
    expect(readdirSync(serving.folder)).toEqual(before);
  });

  it("is not there with --no-store, and nothing of it", async () => {
    const service = await listening("--no-store");
    expect(await post("/_bulk", lines("x", 1))).toMatchObject({ status: 405 });
    expect(await ask(`${at}/traces`)).toMatchObject({ status: 404 });
    expect((await ask(`${at}/metrics`)).text).not.toContain("stackwright_store");
    expect((await ask(`${at}/`)).text).not.toContain('href="/traces"');
    await service.stop();
  });
});

describe.skipIf(process.getuid?.() !== 0 && process.env["CI"] !== "true")(
  "a store on a full disk (needs root for a file system of its own)",
  () => {
    it("answers 503 while there is no room, goes on when there is, and the service serves everything else", async () => {
      const disk = serving.path("disk");
      mkdirSync(disk);
      const child = spawn(
        "unshare",
        [
          "-m",
          "sh",
          "-euc",
          `mount -t tmpfs -o size=24m tmpfs "$DISK"; exec "$@"`,
          "sh",
          process.execPath,
          bundle,
          "serve",
          "-i",
          serving.path("inventory.yaml"),
          `--web.listen-address=127.0.0.1:${port}`,
          `--store.directory=${disk}`,
        ],
        { stdio: "ignore", env: { ...process.env, DISK: disk } },
      );
      await eventually(() => ask(`${at}/-/healthy`), 60);
      expect(await post(`/${stream}/_bulk`, lines("before", 100))).toMatchObject({ status: 200 });
      const filler = `/proc/${child.pid}/root${disk}/filler`;
      try {
        execFileSync("dd", ["if=/dev/zero", `of=${filler}`, "bs=4k"], { stdio: "ignore" });
      } catch {
        // It writes until there is no room.
      }
      let refused: Reply | undefined;
      for (let batch = 0; batch < 50 && refused === undefined; batch++) {
        const reply = await post(`/${stream}/_bulk`, lines(`full${batch}`, 500));
        if (reply.status !== 200) refused = reply;
      }
      expect(refused).toMatchObject({ status: 503, headers: { "retry-after": "5" } });
      expect(await ask(`${at}/metrics`)).toMatchObject({ status: 200 });
      expect(await count()).toBeGreaterThanOrEqual(100);
      expect(sampleOf((await ask(`${at}/metrics`)).text, "stackwright_store_writable")).toBe(0);
      const page = await ask(`${at}/logs`);
      expect(page).toMatchObject({ status: 200, text: expect.stringContaining("Nothing new is kept") });
      rmSync(filler);
      expect(await post(`/${stream}/_bulk`, lines("after", 100))).toMatchObject({ status: 200 });
      expect(sampleOf((await ask(`${at}/metrics`)).text, "stackwright_store_writable")).toBe(1);
      await end(child);
    });
  },
);
