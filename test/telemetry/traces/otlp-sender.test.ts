import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { OtlpOptions } from "../../../packages/telemetry/src/settings/otlp.ts";
import { readTraceSettings } from "../../../packages/telemetry/src/settings/traces.ts";
import { createOtlpSender, parseRetryAfter } from "../../../packages/telemetry/src/traces/otlp-sender.ts";
import type { Outcome } from "../../../packages/telemetry/src/traces/span-sender.ts";
import { type Receiver, startReceiver } from "./receiver.ts";
import { makeSpans } from "./spans.ts";

const secret = "s3cr3t-t0ken";
const spans = makeSpans(3, { attributes: { "http.route": "/a", list: ["x", "y"], number: 1.5, yes: true } });

let receiver: Receiver;
let folder: string;

beforeEach(async () => {
  receiver = await startReceiver();
  folder = mkdtempSync(join(tmpdir(), "otlp-sender-"));
});

afterEach(async () => {
  await receiver.close();
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

function senderFor(env: Readonly<Record<string, string>>, options: OtlpOptions = {}) {
  const { settings } = readTraceSettings(options, { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, ...env });
  return createOtlpSender(settings.otlp);
}

async function sendOnce(
  env: Readonly<Record<string, string>> = {},
  options: OtlpOptions = {},
  signal = new AbortController().signal,
): Promise<Outcome> {
  const sender = senderFor(env, options);
  const outcome = await sender.prepare(spans)(signal);
  await sender.close();
  return outcome;
}

describe("OTLP over HTTP", () => {
  test("sends protobuf to v1/traces by default", async () => {
    expect(await sendOnce()).toEqual({ kind: "accepted", rejected: 0 });
    const [request] = receiver.requests;
    expect(request?.path).toBe("/v1/traces");
    expect(request?.headers["content-type"]).toBe("application/x-protobuf");
    for (const { name } of spans) expect(String(request?.body)).toContain(name);
  });

  test("takes a page for no answer, whatever its status", async () => {
    receiver.answer = (response) => response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html>");
    expect(await sendOnce()).toEqual({ kind: "again", why: expect.stringContaining("no receiver of OTLP") });
  });

  test("sends JSON and gzip where asked", async () => {
    await sendOnce({ OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "http/json", OTEL_EXPORTER_OTLP_COMPRESSION: "gzip" });
    expect(receiver.requests[0]?.headers["content-encoding"]).toBe("gzip");
    expect(receiver.spans.map(({ name }) => name)).toEqual(["span 0", "span 1", "span 2"]);
  });

  test.each([
    ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "/own/path", "/own/path"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "/base/", "/base/v1/traces"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "/adapt_id/api/otlp/traces", "/adapt_id/api/otlp/traces"],
  ])("%s=…%s goes to %s", async (name, path, arrived) => {
    await sendOnce({ [name]: receiver.url + path });
    expect(receiver.requests[0]?.path).toBe(arrived);
  });

  test("takes headers of all sources, those of traces and of the secret file last", async () => {
    await sendOnce(
      {
        TOKEN: secret,
        OTEL_EXPORTER_OTLP_HEADERS: "x-general=a,x-both=general",
        OTEL_EXPORTER_OTLP_TRACES_HEADERS: "x-both=traces,x-space=a%20b",
        TELEMETRY_OTLP_HEADERS_FILE: file("headers", `x-file=${secret}\nx-space=c\n`),
      },
      {
        headers: {
          "x-env": { env: "TOKEN" },
          "x-option": "o",
          "x-general": "option",
          "X-From-File": { file: file("one", "f\n") },
        },
      },
    );
    expect(receiver.requests[0]?.headers).toMatchObject({
      "x-env": secret,
      "x-option": "o",
      "x-general": "a",
      "x-both": "traces",
      "x-file": secret,
      "x-space": "c",
      "x-from-file": "f",
    });
  });

  test("takes its address from a secret file, and never shows it", async () => {
    const path = file("endpoint", `${receiver.url}/${secret}\n`);
    const sender = senderFor({ TELEMETRY_OTLP_ENDPOINT_FILE: path });
    await sender.prepare(spans)(new AbortController().signal);
    await sender.close();
    expect(receiver.requests[0]?.path).toBe(`/${secret}/v1/traces`);
    expect(sender.target).toBe(`the address in ${path}`);
  });

  test("shows only the origin of an address with credentials", async () => {
    const url = new URL(receiver.url);
    const sender = senderFor({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://user:${secret}@${url.host}/${secret}` });
    await sender.prepare(spans)(new AbortController().signal);
    await sender.close();
    expect(receiver.requests[0]?.headers.authorization).toBe(
      `Basic ${Buffer.from(`user:${secret}`).toString("base64")}`,
    );
    expect(sender.target).toBe(receiver.url);
  });

  test.each([
    ["a missing file", { TELEMETRY_OTLP_HEADERS_FILE: "/nowhere/headers" }, "cannot read /nowhere/headers: ENOENT"],
    ["no pair", { OTEL_EXPORTER_OTLP_HEADERS: `a=b,${secret}` }, "the headers: entry 2 is not name=value"],
    [
      "a line break",
      { OTEL_EXPORTER_OTLP_HEADERS: `token=${secret}%0d%0ax: y` },
      'header "token" holds characters that HTTP does not allow',
    ],
    ["a missing certificate", { OTEL_EXPORTER_OTLP_CERTIFICATE: "/nowhere/ca" }, "cannot read /nowhere/ca: ENOENT"],
  ])("waits, and says why without the value, where settings hold %s", async (_, env, why) => {
    expect(await sendOnce(env)).toEqual({ kind: "again", why });
    expect(receiver.requests).toEqual([]);
  });

  test("says of a bad address in a secret file only where it stands", async () => {
    const path = file("endpoint", secret);
    expect(await sendOnce({ TELEMETRY_OTLP_ENDPOINT_FILE: path })).toEqual({
      kind: "again",
      why: `the address in ${path} is not a URL that begins with http:// or https://`,
    });
  });

  test.each([
    [400, {}, { kind: "refused", why: "HTTP 400" }],
    [500, {}, { kind: "refused", why: "HTTP 500" }],
    [401, {}, { kind: "refused", why: "HTTP 401" }],
    [301, { location: "/elsewhere" }, { kind: "refused", why: "HTTP 301" }],
    [413, {}, { kind: "too_large" }],
    [429, {}, { kind: "again", why: "HTTP 429" }],
    [503, { "retry-after": "7" }, { kind: "again", why: "HTTP 503", afterMs: 7000 }],
    [502, { "retry-after": "soon" }, { kind: "again", why: "HTTP 502" }],
    [504, {}, { kind: "again", why: "HTTP 504" }],
  ])("an answer %i %o means %o", async (status, headers, outcome) => {
    receiver.answer = (response) => response.writeHead(status, headers).end(`echo ${secret}`);
    expect(await sendOnce({ OTEL_EXPORTER_OTLP_HEADERS: `token=${secret}` })).toEqual(outcome);
  });

  test.each([
    ["application/json", "http/json", Buffer.from('{"partialSuccess":{"rejectedSpans":"2","errorMessage":"x"}}')],
    ["application/x-protobuf", "http/protobuf", Buffer.from([0x0a, 0x02, 0x08, 0x02])],
  ])("reads how many spans were left out in %s", async (type, protocol, body) => {
    receiver.answer = (response) => response.writeHead(200, { "content-type": type }).end(body);
    expect(await sendOnce({ OTEL_EXPORTER_OTLP_PROTOCOL: protocol })).toEqual({ kind: "accepted", rejected: 2 });
  });

  test("an answer of nonsense or of endless length is taken as it is", async () => {
    receiver.answer = (response) => response.writeHead(200).end(Buffer.alloc(1_000_000, 0xff));
    expect(await sendOnce()).toEqual({ kind: "accepted", rejected: 0 });
  });

  test("takes up a renewed token after 401", async () => {
    const path = file("token", "authorization=old");
    const sender = senderFor({ TELEMETRY_OTLP_HEADERS_FILE: path });
    receiver.answer = (response, { headers }) => response.writeHead(headers.authorization === "new" ? 200 : 401).end();
    const { signal } = new AbortController();
    expect(await sender.prepare(spans)(signal)).toEqual({ kind: "refused", why: "HTTP 401" });
    writeFileSync(path, "authorization=new");
    const attempt = sender.prepare(spans);
    expect(await attempt(signal)).toEqual({ kind: "again", why: "HTTP 401" });
    expect(await attempt(signal)).toEqual({ kind: "accepted", rejected: 0 });
    await sender.close();
  });

  test("gives up after its timeout, at an abort, and where nobody listens", async () => {
    receiver.answer = () => undefined;
    expect(await sendOnce({ OTEL_EXPORTER_OTLP_TIMEOUT: "50" })).toEqual({ kind: "again", why: "timeout" });
    expect(await sendOnce({}, {}, AbortSignal.timeout(50))).toEqual({ kind: "again", why: "timeout" });
    expect(await sendOnce({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" })).toEqual({
      kind: "again",
      why: "ECONNREFUSED",
    });
  });

  test("gives up though the answer drips for ever", async () => {
    receiver.answer = (response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write("x"), 10);
      response.once("close", () => clearInterval(drip));
    };
    expect(await sendOnce({ OTEL_EXPORTER_OTLP_TIMEOUT: "100" })).toMatchObject({ kind: "again" });
  });
});

test("Retry-After is seconds or a date", () => {
  const now = Date.parse("2026-11-21T10:00:00Z");
  expect(parseRetryAfter("120", now)).toBe(120_000);
  expect(parseRetryAfter("Sat, 21 Nov 2026 10:00:30 GMT", now)).toBe(30_000);
  expect(parseRetryAfter("Sat, 21 Nov 2026 09:00:00 GMT", now)).toBe(0);
  expect(parseRetryAfter("soon", now)).toBeUndefined();
  expect(parseRetryAfter(undefined, now)).toBeUndefined();
});
