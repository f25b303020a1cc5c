// About 25 s.
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findTool } from "../../src/io/tools.ts";
import { buildBundle, removeBundle } from "../scenarios/story.ts";
import { freePort } from "./lab/bench.ts";
import { makeServing, tinyInventory } from "./serving.ts";
import { describeWith } from "./tool.ts";

const token = "0123456789abcdef0123456789abcdef";
const serving = makeServing();
const traceId = "5b8efff798038103d269b633813fc60c";
const hostile = `<img src=x onerror="document.title='broken'"></textarea><script>document.title='broken'</script>'"\u202e`;

describeWith(["chromium"], "the pages of the store in a real browser", () => {
  let browser: Browser;
  let at: string;
  beforeAll(async () => {
    buildBundle();
    const port = await freePort();
    at = `http://127.0.0.1:${port}`;
    serving.write("inventory.yaml", tinyInventory({ service: port, prometheus: await freePort() }));
    serving.write("token", token);
    await serving.serve(`--web.listen-address=127.0.0.1:${port}`, `--token-file=${serving.path("token")}`);
    await send("/v1/traces", "application/json", JSON.stringify(orderTrace(Date.now() - 5_000)));
    await send("/logs-nodejs.test-default/_bulk", "application/x-ndjson", orderLines(Date.now() - 5_000));
    browser = await chromium.launch({
      executablePath: findTool("chromium") ?? "",
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic"],
    });
  });
  afterAll(async () => {
    await browser.close();
    await serving.clear();
    removeBundle();
  });

  async function send(path: string, type: string, body: string): Promise<void> {
    const headers = { "content-type": type, authorization: `Bearer ${token}` };
    const reply = await fetch(`${at}${path}`, { method: "POST", headers, body });
    expect(reply.status).toBe(200);
    expect(await reply.json()).not.toMatchObject({ errors: true });
  }

  /** A page, with everything that it asked for and complained about. */
  async function open(
    path: string,
    options: Parameters<Browser["newContext"]>[0] = {},
  ): Promise<{ page: Page; context: BrowserContext; asked: string[]; complaints: string[] }> {
    const context = await browser.newContext({ httpCredentials: { username: "token", password: token }, ...options });
    const page = await context.newPage();
    const asked: string[] = [];
    const complaints: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    const answer = await page.goto(`${at}${path}`);
    expect(answer?.status()).toBe(200);
    return { page, context, asked, complaints };
  }

  it.each([
    ["/traces", ["Who calls whom", "order → menu", "mysql/orders", "Slow spans", "GET /orders/:id", "1 error"]],
    [`/traces/${traceId}`, ["SELECT orders", "gateway, menu, order", "Log lines", "order 42 is late", "menu"]],
    ["/logs", ["order 42 is late", "warn", "3 found", "menu"]],
  ])("%s is whole at every width, without anything from elsewhere", async (path, words) => {
    for (const [width, colorScheme] of [
      [1280, "light"],
      [390, "dark"],
      [320, "light"],
    ] as const) {
      const { page, context, asked, complaints } = await open(path, { viewport: { width, height: 800 }, colorScheme });
      expect(asked.filter((url) => !url.startsWith("data:"))).toEqual([`${at}${path}`]);
      expect(complaints).toEqual([]);
      const overflow = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth",
      );
      expect([width, overflow]).toEqual([width, 0]);
      const text = (await page.locator("body").innerText()).replaceAll(/\s+/g, " ");
      for (const each of words) expect(text).toContain(each);
      await context.close();
    }
  });

  it("leads from the status page to a trace and its lines, and from a line to its trace", async () => {
    const { page, context } = await open("/");
    await page.getByRole("link", { name: "traces", exact: true }).first().click();
    await page.getByRole("link", { name: "gateway: GET /orders/:id" }).click();
    expect(page.url()).toBe(`${at}/traces/${traceId}`);
    await page.getByText("SELECT orders").click();
    expect(await page.locator("details[open] dl").innerText()).toContain("db.query.text");
    await page.getByRole("link", { name: "search among them" }).click();
    expect(page.url()).toBe(`${at}/logs?trace_id=${traceId}`);
    await page.getByText("order 42 is late").first().click();
    await page
      .getByRole("link", { name: `trace ${traceId}` })
      .first()
      .click();
    expect(page.url()).toBe(`${at}/traces/${traceId}`);
    await context.close();
  });

  it("finds lines by text, level and service, and shows again what was asked", async () => {
    const { page, context } = await open("/logs");
    await page.getByLabel("Text").fill("42");
    await page.getByLabel("Level").selectOption("warn");
    await page.getByLabel("Service").selectOption("order");
    await page.getByRole("button", { name: "Search" }).click();
    expect(await page.locator("ul.lines > li").count()).toBe(1);
    expect(await page.getByLabel("Text").inputValue()).toBe("42");
    expect(await page.getByLabel("Level").inputValue()).toBe("warn");
    await page.getByLabel("Text").fill("nobody wrote this");
    await page.getByLabel("Text").press("Enter");
    expect(await page.locator("main").innerText()).toContain("Nothing found");
    await context.close();
  });

  it("opens a trace by its identifier, and says what is wrong with one that is none", async () => {
    const { page, context } = await open("/traces");
    await page.getByLabel("or a trace identifier").fill(traceId.toUpperCase());
    await page.getByRole("button", { name: "Search" }).click();
    expect(page.url()).toBe(`${at}/traces/${traceId}`);
    await page.goto(`${at}/traces?trace_id=xyz`);
    expect(await page.locator("main").innerText()).toContain("32 hexadecimal digits");
    await page.goto(`${at}/traces/${"e".repeat(32)}`);
    expect(await page.locator("main").innerText()).toContain("Nothing here");
    await context.close();
  });

  it("shows hostile names and lines as they are, and runs nothing of them", async () => {
    const id = "a".repeat(32);
    const trace = orderTrace(Date.now() - 1_000, { id, name: hostile, service: hostile });
    await send("/v1/traces", "application/json", JSON.stringify(trace));
    const line = {
      "@timestamp": new Date().toISOString(),
      "log.level": hostile,
      message: hostile,
      "service.name": hostile,
      "trace.id": id,
    };
    await send("/logs-nodejs.test-default/_bulk", "application/x-ndjson", `{"create":{}}\n${JSON.stringify(line)}\n`);
    for (const path of [
      "/traces",
      `/traces/${id}`,
      "/logs",
      `/logs?text=${encodeURIComponent(hostile)}`,
      `/traces?service=${encodeURIComponent(hostile)}`,
    ]) {
      const { page, context, complaints } = await open(path);
      expect(complaints).toEqual([]);
      expect(await page.title()).not.toBe("broken");
      expect(await page.locator("img, script").count()).toBe(0);
      const text = await page.locator("body").innerText();
      expect(text).toContain("<script>document.title='broken'</script>");
      expect(text).not.toContain("\u202e");
      await context.close();
    }
  });

  it("has a heading, landmarks, and a name for every section and field", async () => {
    for (const path of ["/traces", `/traces/${traceId}`, "/logs"]) {
      const { page, context } = await open(path);
      expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
      expect(await page.getByRole("main").count()).toBe(1);
      expect(await page.getByRole("navigation", { name: "Pages" }).count()).toBe(1);
      expect(await page.locator("section:not([aria-labelledby])").count()).toBe(0);
      const unnamed =
        "[...document.querySelectorAll('input, select')].filter(({ labels }) => labels.length !== 1).length";
      expect(await page.evaluate(unnamed)).toBe(0);
      await context.close();
    }
  });

  it("shows nothing to whoever does not know the token, and takes records without it from this machine alone", async () => {
    for (const path of ["/traces", `/traces/${traceId}`, "/logs", "/api/v1/logs", "/_count"])
      expect((await fetch(`${at}${path}`)).status).toBe(401);
    const post = async (headers: Record<string, string>): Promise<number> =>
      (
        await fetch(`${at}/v1/traces`, {
          method: "POST",
          headers: { "content-type": "application/json", ...headers },
          body: "{}",
        })
      ).status;
    expect(await post({})).toBe(200);
    for (const foreign of [{ "x-forwarded-for": "10.0.0.1" }, { origin: "http://evil.example" }])
      expect(await post(foreign)).toBe(401);
  });
});

/** gateway calls order, which asks its database and calls menu, which fails. */
function orderTrace(beganMs: number, { id = traceId, name = "GET /orders/:id", service = "gateway" } = {}): object {
  const nanos = (ms: number): string => `${beganMs + ms}000000`;
  const span = (number: number, parent: number, about: object, [from, to]: readonly [number, number]): object => ({
    ...{ traceId: id, spanId: `000000000000000${number}`, startTimeUnixNano: nanos(from), endTimeUnixNano: nanos(to) },
    ...(parent === 0 ? {} : { parentSpanId: `000000000000000${parent}` }),
    ...about,
  });
  const text = (key: string, stringValue: string): object => ({ key, value: { stringValue } });
  const of = (name: string, ...spans: readonly object[]): object => ({
    resource: { attributes: [text("service.name", name), text("host.name", "web1")] },
    scopeSpans: [{ scope: { name: "test" }, spans }],
  });
  const database = [text("db.system.name", "mysql"), text("db.namespace", "orders"), text("db.query.text", "SELECT 1")];
  return {
    resourceSpans: [
      of(service, span(1, 0, { name, kind: 2 }, [0, 200]), span(2, 1, { name: "GET", kind: 3 }, [5, 190])),
      of(
        "order",
        span(3, 2, { name: "GET /orders/:id", kind: 2 }, [10, 180]),
        span(4, 3, { name: "SELECT orders", kind: 3, attributes: database }, [20, 40]),
        span(5, 3, { name: "GET", kind: 3 }, [50, 170]),
      ),
      of("menu", span(6, 5, { name: "GET /dishes", kind: 2, status: { code: 2, message: "no dishes" } }, [60, 160])),
    ],
  };
}

function orderLines(beganMs: number): string {
  const line = (number: number, document: object): string =>
    `${JSON.stringify({ create: { _id: `line-${number}` } })}\n${JSON.stringify({ "@timestamp": beganMs + number, "trace.id": traceId, ...document })}\n`;
  return [
    line(1, { "log.level": "warn", message: "order 42 is late", "service.name": "order" }),
    line(2, { "log.level": "info", message: "order 42 was read", "service.name": "order" }),
    line(3, { "log.level": "error", message: "no dishes", "service.name": "menu" }),
  ].join("");
}
