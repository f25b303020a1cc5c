import { createServer, request } from "node:http";
import { connect } from "node:net";
import { ProxyTracerProvider, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { leaveUnobserved } from "../../../packages/telemetry/src/requests/unobserved.ts";
import { type Observed, observe, raw, serving } from "./observed.ts";

const caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

describe("a request to a plain http server", () => {
  let seen: Observed;
  beforeEach(() => {
    seen = observe();
  });
  afterEach(() => seen.stop());

  it("becomes one span, one observation and one log line with the same ids", async () => {
    await serving(
      (_, response) => response.end("ok"),
      async (base) => {
        await (await fetch(`${base}/a?b=1`, { headers: { "user-agent": "test" } })).text();
        await seen.finished(1);
      },
    );
    const [span, ...more] = seen.spans();
    expect(more).toEqual([]);
    expect(span?.name).toBe("GET");
    expect(span?.kind).toBe(SpanKind.SERVER);
    expect(span?.attributes).toMatchObject({
      "http.request.method": "GET",
      "http.response.status_code": 200,
      "url.scheme": "http",
      "url.path": "/a",
      "url.query": "b=1",
      "server.address": "127.0.0.1",
      "client.address": "127.0.0.1",
      "user_agent.original": "test",
      "network.protocol.version": "1.1",
    });
    expect(span?.attributes).not.toHaveProperty("http.route");
    expect(span?.status.code).toBe(SpanStatusCode.UNSET);
    expect(await seen.counts()).toEqual([
      expect.stringMatching(
        /^\{http_request_method="GET",http_route="",http_response_status_code="200",url_scheme="http"\} 1$/,
      ),
    ]);
    const [line, ...others] = seen.lines();
    expect(others).toEqual([]);
    expect(line).toMatchObject({
      "log.level": "info",
      "service.name": "menu",
      "service.node.name": "menu-1",
      "event.dataset": "nodejs.app",
      "event.outcome": "success",
      "http.request.method": "GET",
      "http.response.status_code": 200,
      "url.path": "/a",
      "trace.id": span?.spanContext().traceId,
      "span.id": span?.spanContext().spanId,
      message: "request finished",
    });
  });

  it("is a child of the caller's span, and of none where the header is broken", async () => {
    await serving(
      (_, response) => response.end(),
      async (base) => {
        for (const traceparent of [caller, "00-zz-broken-01", "", "x".repeat(5_000)])
          await (await fetch(base, { headers: { traceparent } })).text();
        await seen.finished(4);
      },
    );
    const [good, ...bad] = seen.spans();
    expect(good?.spanContext().traceId).toBe("0af7651916cd43dd8448eb211c80319c");
    expect(good?.parentSpanContext?.spanId).toBe("b7ad6b7169203331");
    expect(bad.map((span) => span.parentSpanContext)).toEqual([undefined, undefined, undefined]);
  });

  it("keeps its own context over waits on a connection that is kept alive", async () => {
    const inside: (string | undefined)[] = [];
    await serving(
      async (_, response) => {
        const before = trace.getActiveSpan()?.spanContext().spanId;
        await new Promise((resolve) => setTimeout(resolve, 2));
        inside.push(before === trace.getActiveSpan()?.spanContext().spanId ? before : "another");
        response.end();
      },
      async (_, port) => {
        const asked = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        // Three at once on one connection, the last one closes it.
        await raw(port, `${asked}${asked}GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
        await seen.finished(3);
      },
    );
    expect(inside.toSorted()).toEqual(
      seen
        .spans()
        .map((span) => span.spanContext().spanId)
        .toSorted(),
    );
    expect(new Set(inside).size).toBe(3);
    expect(trace.getActiveSpan()).toBeUndefined();
  });

  it("counts methods that nobody knows as one", async () => {
    await serving(
      (_, response) => response.end(),
      async (_, port) => {
        for (const method of ["PROPFIND", "SEARCH", "GET"])
          await raw(port, `${method} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
        await seen.finished(3);
      },
    );
    expect(seen.spans().map(({ name }) => name)).toEqual(["HTTP", "HTTP", "GET"]);
    expect(seen.spans()[0]?.attributes).toMatchObject({
      "http.request.method": "_OTHER",
      "http.request.method_original": "PROPFIND",
    });
    expect(await seen.counts()).toHaveLength(2);
  });

  it("says that the client left before an answer, and after the head of one", async () => {
    await serving(
      (message, response) => {
        if (message.url === "/stream") response.writeHead(200).write("part");
      },
      async (_, port) => {
        const silent = request({ port, host: "127.0.0.1", path: "/silent" }).on("error", () => {});
        silent.end();
        while (seen.requests.active() === 0) await new Promise((resolve) => setTimeout(resolve, 1));
        silent.destroy();
        await seen.finished(1);
        await raw(port, "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n", /part/);
        await seen.finished(2);
      },
    );
    const [silent, stream] = seen.spans();
    expect(silent?.attributes["error.type"]).toBe("aborted");
    expect(silent?.attributes).not.toHaveProperty("http.response.status_code");
    expect(stream?.attributes).toMatchObject({ "error.type": "aborted", "http.response.status_code": 200 });
    expect(seen.lines().map((line) => [line["message"], line["log.level"], line["event.outcome"]])).toEqual([
      ["request aborted", "warn", "unknown"],
      ["request aborted", "warn", "unknown"],
    ]);
    expect(seen.requests.active()).toBe(0);
  });

  it("is closed as well where it waited behind another one on a connection that broke", async () => {
    await serving(
      () => {},
      async (_, port) => {
        const asked = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        const client = connect(port, "127.0.0.1", () => client.write(asked.repeat(3)));
        while (seen.requests.active() < 3) await new Promise((resolve) => setTimeout(resolve, 1));
        client.destroy();
      },
    );
    await seen.finished(3);
    expect(seen.spans()).toHaveLength(3);
    expect(seen.requests.active()).toBe(0);
  });

  it("is observed once where the server asks itself first whether to go on", async () => {
    await serving(
      (message, response) => {
        message.resume().once("end", () => response.end());
      },
      async (base) => {
        const { port } = new URL(base);
        await new Promise<void>((resolve, reject) => {
          const asked = request(
            { port, host: "127.0.0.1", method: "POST", headers: { expect: "100-continue" } },
            (reply) => reply.resume().once("end", resolve),
          );
          asked.once("continue", () => asked.end("body")).once("error", reject);
          asked.flushHeaders();
        });
        await seen.finished(1);
      },
    );
    expect(seen.spans().map(({ name }) => name)).toEqual(["POST"]);
  });

  it("takes any form of address without throwing, cut to a length that stores take", async () => {
    await serving(
      (_, response) => response.end(),
      async (_, port) => {
        const targets = [
          "*",
          "http://user:geheim@example.com/path?x=1",
          "//",
          `/${"a".repeat(3_000)}`,
          "/%E0%A4%A",
          "/a?token=geheim&x=%",
          "/?%74oken=geheim&token[]=geheim",
        ];
        for (const target of targets)
          await raw(port, `OPTIONS ${target} HTTP/1.1\r\nHost: [::1]:80:x\r\nConnection: close\r\n\r\n`);
        await seen.finished(targets.length);
        expect(seen.spans()).toHaveLength(targets.length);
      },
    );
    const paths = seen.spans().map((span) => String(span.attributes["url.path"]));
    expect(paths.slice(0, 3)).toEqual(["*", "/path", "//"]);
    expect(Math.max(...paths.map(({ length }) => length))).toBeLessThanOrEqual(2_048);
    expect(JSON.stringify([seen.lines(), seen.spans().map(({ attributes }) => attributes)])).not.toContain("geheim");
    expect(await seen.counts()).toHaveLength(1);
    expect(seen.reports()).toEqual([]);
  });

  it("never shows a header that may hold a secret", async () => {
    await serving(
      (_, response) => response.setHeader("set-cookie", "sid=geheim").end(),
      async (base) => {
        await (
          await fetch(base, {
            headers: { authorization: "Bearer geheim", cookie: "sid=geheim", "x-api-key": "geheim" },
          })
        ).text();
        await seen.finished(1);
      },
    );
    expect(
      JSON.stringify([seen.lines(), seen.spans().map(({ attributes }) => attributes), await seen.counts()]),
    ).not.toContain("geheim");
  });

  it("believes the address that the proxy wrote down", async () => {
    await serving(
      (_, response) => response.end(),
      async (base) => {
        await (await fetch(base, { headers: { "x-forwarded-for": "203.0.113.9, 10.0.0.1" } })).text();
        await seen.finished(1);
      },
    );
    expect(seen.lines()[0]?.["client.address"]).toBe("203.0.113.9");
  });

  it("is left alone after the end, and the servers' own methods are back", async () => {
    const { Server } = await import("node:http");
    expect(Object.hasOwn(Server.prototype, "emit")).toBe(true);
    seen.requests.stop();
    expect(Object.hasOwn(Server.prototype, "emit")).toBe(false);
    await serving(
      (_, response) => response.end(),
      async (base) => {
        expect((await fetch(base)).status).toBe(200);
      },
    );
    expect(seen.spans()).toEqual([]);
  });
});

describe("what is asked for of the requests", () => {
  it("is no log line where it is switched off", async () => {
    const seen = observe({ env: { TELEMETRY_REQUEST_LOG: "off" } });
    await serving(
      (_, response) => response.end(),
      async (base) => {
        await (await fetch(base)).text();
        await seen.finished(1);
      },
    );
    seen.stop();
    expect(seen.lines()).toEqual([]);
    expect(seen.spans()).toHaveLength(1);
  });

  it("is metrics and lines alone where the instrumentation of http is switched off", async () => {
    const seen = observe({ env: { OTEL_NODE_DISABLED_INSTRUMENTATIONS: "fs,http" } });
    await serving(
      (_, response) => response.end(),
      async (base) => {
        await (await fetch(base)).text();
        await vi.waitFor(() => expect(seen.lines()).toHaveLength(1));
      },
    );
    seen.stop();
    expect(seen.spans()).toEqual([]);
    expect(await seen.counts()).toHaveLength(1);
    expect(seen.lines()[0]).not.toHaveProperty("trace.id");
  });

  it("has no ids where traces are off, and the caller's where there is one", async () => {
    const seen = observe({ tracer: new ProxyTracerProvider().getTracer("off") });
    await serving(
      (_, response) => response.end(),
      async (base) => {
        await (await fetch(base)).text();
        await (await fetch(base, { headers: { traceparent: caller } })).text();
        await vi.waitFor(() => expect(seen.lines()).toHaveLength(2));
      },
    );
    seen.stop();
    expect(seen.lines()[0]).not.toHaveProperty("trace.id");
    expect(seen.lines()[1]).toMatchObject({ "trace.id": "0af7651916cd43dd8448eb211c80319c" });
    expect(JSON.stringify(seen.lines())).not.toContain("0000000000000000");
  });

  it("is a page of metrics on the application's own port, without a trace of the scrape", async () => {
    const pages: string[] = [];
    let port = 0;
    const metricsPage = {
      get port() {
        return port;
      },
      path: "/metrics",
      handler: (message: { readonly url?: string | undefined }, response: { end: (text: string) => void }) => {
        pages.push(message.url ?? "");
        response.end("page");
      },
    };
    const seen = observe({ metricsPage });
    await serving(
      (_, response) => response.end("application"),
      async (base, own) => {
        expect(await (await fetch(`${base}/metrics`)).text()).toBe("application");
        await seen.finished(1);
        port = own;
        expect(await (await fetch(`${base}/metrics?x=1`)).text()).toBe("page");
        expect(await (await fetch(`${base}/metricsx`)).text()).toBe("application");
        expect(await (await fetch(`${base}/metrics`, { method: "POST" })).text()).toBe("application");
        await seen.finished(3);
      },
    );
    seen.stop();
    expect(pages).toEqual(["/metrics?x=1"]);
    expect(seen.lines()).toHaveLength(3);
  });

  it("is nothing at all on the library's own servers", async () => {
    const seen = observe();
    const server = createServer((_, response) => response.end());
    leaveUnobserved(server);
    await serving(server, async (base) => {
      await (await fetch(base)).text();
    });
    seen.stop();
    expect([...seen.lines(), ...seen.spans()]).toEqual([]);
  });
});
