import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readAccessLogConfig } from "../../../src/service/access-log/config.ts";
import { Exporter } from "../../../src/service/access-log/exporter.ts";
import { CannotStart, ConfigError, runAccessLogExporter } from "../../../src/service/access-log/index.ts";
import { accessLine, config } from "./config.ts";

let folder = "";
let said: { readonly message: string; readonly details: Readonly<Record<string, string>> }[] = [];
let stop = new AbortController();
let running: Promise<void> | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stackwright-exporter-"));
  said = [];
});
afterEach(async () => {
  await end();
  rmSync(folder, { recursive: true, force: true });
});

function place(file: string): string {
  return join(folder, file);
}

function configure(more: object = {}): string {
  const own = {
    ...config,
    state: place("state/access-log.state"),
    access_log: place("access.log"),
    audit_log: place("audit.json"),
  };
  writeFileSync(place("config.json"), JSON.stringify({ ...own, ...more }));
  return place("config.json");
}

/** Starts an exporter; gives its address. */
async function start(listen: readonly string[] = []): Promise<string> {
  stop = new AbortController();
  const served = new Promise<string>((resolve) => {
    running = runAccessLogExporter({
      config: place("config.json"),
      listen,
      version: "1.2.3",
      say: (message, details) => {
        said.push({ message, details });
        if (message === "the metrics are served") resolve(`http://${details["address"]}`);
      },
      signal: stop.signal,
    });
  });
  return Promise.race([served, (running ?? Promise.resolve()).then(() => "ended")]);
}

async function end(): Promise<void> {
  stop.abort();
  await running?.catch(() => {});
  running = undefined;
}

async function lines(address: string, wanted: number): Promise<string> {
  for (let attempt = 0; ; attempt++) {
    const text = await (await fetch(`${address}/metrics`)).text();
    if (text.includes(`nginx_access_log_lines_total ${wanted}\n`)) return text;
    if (attempt === 100) expect(text).toContain(`nginx_access_log_lines_total ${wanted}\n`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe("the exporter", () => {
  it("serves the metrics as text, its health, and tells what else it has not", async () => {
    configure();
    const address = await start();
    const metrics = await fetch(`${address}/metrics?x=1`);
    expect(metrics.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(await metrics.text()).toContain('nginx_access_exporter_build_info{version="1.2.3"} 1\n');
    expect(await (await fetch(`${address}/-/healthy`)).text()).toBe("ok\n");
    expect((await fetch(`${address}/metrics`, { method: "HEAD" })).status).toBe(200);
    expect((await fetch(`${address}/etc/passwd`)).status).toBe(404);
    const post = await fetch(`${address}/metrics`, { method: "POST" });
    expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  it("has written what was scraped before it tells it", async () => {
    configure();
    writeFileSync(place("access.log"), "");
    const address = await start();
    await lines(address, 0);
    appendFileSync(place("access.log"), `${accessLine()}\n`.repeat(3));
    await lines(address, 3);
    expect(readFileSync(place("state/access-log.state"), "utf8")).toContain(
      '"nginx_access_log_lines_total":[[[],[3]]]',
    );
  });

  it("goes on where the one before it stopped", async () => {
    configure();
    writeFileSync(place("access.log"), `${accessLine()}\n`);
    await lines(await start(), 0);
    await end();
    appendFileSync(place("access.log"), `${accessLine()}\n`);
    const address = await start();
    expect(await lines(address, 1)).toContain('server_name="shop.example.org",route="/",status_class="2xx"} 1\n');
  });

  it("leaves the state of its end as it is when it is scraped a last time", async () => {
    configure();
    writeFileSync(place("access.log"), `${accessLine()}\n`);
    const exporter = await Exporter.resume(readAccessLogConfig(place("config.json")), "1.2.3", () => {});
    const ended = exporter.run();
    await exporter.metrics();
    exporter.stop();
    await ended;
    const state = readFileSync(place("state/access-log.state"), "utf8");
    expect(JSON.parse(state).access.files).toHaveLength(1);
    expect(JSON.parse(state)).not.toHaveProperty("pid");
    await exporter.metrics();
    expect(readFileSync(place("state/access-log.state"), "utf8")).toBe(state);
  });

  it("begins with 0 after a power cut, because a state that is too old would look like a reset", async () => {
    configure();
    writeFileSync(place("access.log"), "");
    const first = await start();
    await lines(first, 0);
    appendFileSync(place("access.log"), `${accessLine()}\n`.repeat(2));
    await lines(first, 2);
    const state = JSON.parse(readFileSync(place("state/access-log.state"), "utf8"));
    await end();
    writeFileSync(place("state/access-log.state"), JSON.stringify({ ...state, boot: "another", pid: 1 }));
    appendFileSync(place("access.log"), `${accessLine()}\n`);
    await lines(await start(), 1);
  });

  it("says so where the state cannot be used, and begins anew", async () => {
    configure();
    writeFileSync(place("access.log"), `${accessLine()}\n`);
    mkdirSync(place("state"));
    writeFileSync(place("state/access-log.state"), "");
    await lines(await start(), 0);
    expect(said.map(({ message }) => message)).toContain(
      "the state cannot be used; counting begins anew, at the end of the logs",
    );
  });

  it("leaves no state behind that is too old where it cannot write one, and counts that", async () => {
    configure({ state: place("config.json/state") });
    const address = await start();
    await (await fetch(`${address}/metrics`)).text();
    const text = await (await fetch(`${address}/metrics`)).text();
    expect(text).toMatch(/^nginx_access_exporter_state_failures_total [1-9]/m);
    const told = said.filter(({ message }) => message.startsWith("the state cannot be written"));
    expect(told).toHaveLength(1);
    expect(existsSync(place("config.json"))).toBe(true);
  });

  it("counts that a log must not be read, and says it once", async () => {
    mkdirSync(place("access.log"));
    configure({ access_log: place("config.json/access.log") });
    const address = await start();
    for (let attempt = 0; attempt < 100; attempt++) {
      const text = await (await fetch(`${address}/metrics`)).text();
      if (text.includes('nginx_access_log_read_failures_total{log="access"} 1\n')) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(said.filter(({ message }) => message.startsWith("a log cannot be read"))).toHaveLength(1);
  });

  it("does not start where its port is taken, and says what to do", async () => {
    configure();
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const bound = other.address();
    const port = typeof bound === "object" && bound !== null ? bound.port : 0;
    await expect(start([`127.0.0.1:${port}`])).rejects.toThrow(CannotStart);
    await expect(running).rejects.toThrow("another program has the port; stop it, or name another address");
    other.close();
  });

  it.each([
    ["{", "is not JSON"],
    ["{}", "listen: "],
    [JSON.stringify({ ...config, listen: ["9741"] }), "listen.0: is not HOST:PORT"],
    [JSON.stringify({ ...config, colour: "red" }), 'Unrecognized key: "colour"'],
  ])("refuses a config that is %s", async (text, reason) => {
    writeFileSync(place("config.json"), text);
    await expect(start()).rejects.toThrow(ConfigError);
    await expect(running).rejects.toThrow(reason);
  });
});
