// About 10 s.
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findTool } from "../../src/io/tools.ts";
import { buildBundle, removeBundle } from "../scenarios/story.ts";
import { freePort } from "./lab/bench.ts";
import { makeServing, tinyInventory } from "./serving.ts";
import { describeWith } from "./tool.ts";

const token = "0123456789abcdef0123456789abcdef";
const serving = makeServing();

describeWith(["chromium"], "the status page in a real browser", () => {
  let browser: Browser;
  let at: string;
  beforeAll(async () => {
    buildBundle();
    const port = await freePort();
    at = `http://127.0.0.1:${port}/`;
    serving.write("inventory.yaml", tinyInventory({ service: port, prometheus: await freePort() }));
    serving.write("token", token);
    await serving.serve(`--web.listen-address=127.0.0.1:${port}`, `--token-file=${serving.path("token")}`);
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

  it.each([
    ["a desktop", 1280, "light"],
    ["a desktop at night", 1280, "dark"],
    ["a phone", 390, "light"],
    ["a small phone at night", 320, "dark"],
  ] as const)(
    "is whole on %s, without anything from elsewhere and without scrolling sideways",
    async (_on, width, colorScheme) => {
      const context = await browser.newContext({
        viewport: { width, height: 800 },
        colorScheme,
        javaScriptEnabled: true,
        httpCredentials: { username: "token", password: token },
      });
      const page = await context.newPage();
      const asked: string[] = [];
      const complaints: string[] = [];
      page.on("request", (request) => asked.push(request.url()));
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(error.message));
      const answer = await page.goto(at);
      expect(answer?.status()).toBe(200);
      expect(asked.filter((url) => !url.startsWith("data:"))).toEqual([at]);
      expect(complaints).toEqual([]);
      const overflow = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth",
      );
      expect(overflow).toBe(0);
      const text = await page.locator("body").innerText();
      for (const words of [
        "tiny",
        "valid",
        "3 expected",
        "seen: unknown",
        "exporter",
        "silent",
        "ECONNREFUSED",
        "Problems",
      ])
        expect(text).toContain(words);
      const background = await page.evaluate("getComputedStyle(document.body).backgroundColor");
      expect(background).toBe(colorScheme === "dark" ? "rgb(16, 19, 25)" : "rgb(246, 247, 249)");
      await context.close();
    },
  );

  it("is not shown to whoever does not know the token", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await expect(page.goto(at)).rejects.toThrow("ERR_INVALID_AUTH_CREDENTIALS");
    await context.close();
  });

  it("has a heading, landmarks, a language and a title, and every section its name", async () => {
    const context = await browser.newContext({ httpCredentials: { username: "token", password: token } });
    const page = await context.newPage();
    await page.goto(at);
    expect(await page.title()).toBe("tiny / test · Stackwright");
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
    expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
    expect(await page.getByRole("main").count()).toBe(1);
    for (const name of ["Targets by service", "Problems", "Where this comes from"])
      expect(await page.getByRole("region", { name }).count()).toBe(1);
    await context.close();
  });
});
