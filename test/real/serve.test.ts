// About 40 s, of which 15 s are a slow client's.
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { Agent } from "node:http";
import { connect } from "node:net";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { metrics } from "../../src/catalog/stackwright/metrics.ts";
import { buildBundle, bundle, removeBundle } from "../scenarios/story.ts";
import { freePort } from "./lab/bench.ts";
import { run } from "./lab/place.ts";
import { eventually } from "./lab/waiting.ts";
import { ask, makeServing, type Running, sampleOf, tinyInventory } from "./serving.ts";
import { describeWith } from "./tool.ts";

const serving = makeServing();
let port: number;
let inventory: string;
let service: Running;
let at: string;

beforeAll(async () => {
  buildBundle();
  port = await freePort();
  inventory = tinyInventory({ service: port, prometheus: await freePort() });
  serving.write("inventory.yaml", inventory);
  at = `http://127.0.0.1:${port}`;
  service = await serving.serve(`--web.listen-address=127.0.0.1:${port}`);
});
afterAll(async () => {
  await serving.clear();
  removeBundle();
});

describe("the exporter service", () => {
  it("is healthy and ready", async () => {
    expect(await ask(`${at}/-/healthy`)).toMatchObject({ status: 200, text: "ok\n" });
    expect(await ask(`${at}/-/ready`)).toMatchObject({ status: 200 });
  });

  it("answers HEAD, and refuses what changes things, unknown paths and broken ones", async () => {
    expect(await ask(`${at}/metrics`, { method: "HEAD" })).toMatchObject({ status: 200, text: "" });
    expect(await ask(`${at}/metrics`, { method: "POST" })).toMatchObject({
      status: 405,
      headers: { allow: "GET, HEAD" },
    });
    expect(await ask(`${at}/nothing`)).toMatchObject({ status: 404 });
    expect(await ask(`${at}/%ff`)).toMatchObject({
      status: expect.toSatisfy((status) => status === 400 || status === 404),
    });
  });

  it("exposes every family that the catalog declares, and no other", async () => {
    const { text } = await ask(`${at}/metrics`);
    const names = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => `${name} ${type}`);
    expect(names.sort()).toEqual(metrics.map(({ name, type }) => `${name} ${type}`).sort());
  });

  it("knows its inventory, and does not claim what Prometheus would say", async () => {
    const { text } = await ask(`${at}/metrics`);
    expect(sampleOf(text, "stackwright_inventory_valid")).toBe(1);
    expect(sampleOf(text, 'stackwright_service_targets_expected{target_service="exporter"}')).toBe(1);
    expect(sampleOf(text, 'stackwright_sd_targets{sd_job="prometheus"}')).toBe(1);
    expect(text).not.toMatch(/^stackwright_service_targets_seen/m);
    expect(text).not.toMatch(/^stackwright_generate_last_success_timestamp_seconds/m);
  });

  it("gives two formats at once to whoever asks for them, packed or not", async () => {
    const accepts = ["text/plain", "application/openmetrics-text; version=1.0.0", "*/*", "application/json"];
    const codings = ["gzip", "identity"];
    const asked = Array.from({ length: 40 }, (_, index) => ({
      accept: accepts[index % 4] ?? "",
      "accept-encoding": codings[index % 2] ?? "",
    }));
    const replies = await Promise.all(asked.map((headers) => ask(`${at}/metrics`, { headers })));
    for (const [index, { headers, body }] of replies.entries()) {
      const isOpen = index % 4 === 1;
      const text = (headers["content-encoding"] === "gzip" ? gunzipSync(body) : body).toString();
      expect(headers["content-type"]).toContain(isOpen ? "application/openmetrics-text" : "text/plain; version=0.0.4");
      expect(headers["content-encoding"]).toBe(index % 2 === 0 ? "gzip" : undefined);
      expect(text.endsWith("# EOF\n")).toBe(isOpen);
      expect(text).toContain(`# TYPE process_cpu_seconds${isOpen ? "" : "_total"} counter`);
      expect(text).toMatch(/^process_cpu_seconds_total \d/m);
    }
  });

  it("answers a burst of 1,000 scrapes", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 50 });
    const replies = await Promise.all(Array.from({ length: 1_000 }, () => ask(`${at}/metrics`, { agent })));
    agent.destroy();
    expect(replies.filter(({ status, text }) => status !== 200 || !text.includes("stackwright_build_info"))).toEqual(
      [],
    );
  });

  it("lists targets by job, once for each parameter, and never asks a URL", async () => {
    const job = await ask(`${at}/sd/prometheus?job=stackwright`);
    expect(job.headers["content-type"]).toBe("application/json");
    expect(JSON.parse(job.text)).toMatchObject([
      { targets: [`127.0.0.1:${port}`], labels: { service: "exporter", instance: `mon1:${port}` } },
    ]);
    const all = await ask(`${at}/sd/prometheus`, { headers: { "accept-encoding": "gzip" } });
    expect(JSON.parse(gunzipSync(all.body).toString())).toHaveLength(3);
    const again = await ask(`${at}/sd/prometheus`, { headers: { "if-none-match": all.headers.etag ?? "" } });
    expect(again).toMatchObject({ status: 304, text: "" });
    expect(await ask(`${at}/sd/prometheus?job=stackwrigt`)).toMatchObject({
      status: 404,
      text: 'the inventory has no scrape config "stackwrigt"; did you mean stackwright?\n',
    });
    for (const query of ["target=http://169.254.169.254/", "job=a&job=b", "job=http://169.254.169.254/latest", "url=x"])
      expect((await ask(`${at}/sd/prometheus?${query}`)).status).toBeGreaterThanOrEqual(400);
  });

  it("answers no page of somebody else's that points a name at this machine", async () => {
    const headers = { host: "rebound.example.org" };
    expect(await ask(`${at}/`, { headers })).toMatchObject({ status: 403 });
    expect(await ask(`${at}/notify/oncall`, { headers, method: "POST" })).toMatchObject({ status: 403 });
  });

  it("keeps the last good list while the inventory has errors, says so first, and takes the mended one", async () => {
    const before = await ask(`${at}/sd/prometheus`);
    const state = async (): Promise<number | undefined> =>
      sampleOf((await ask(`${at}/metrics`)).text, "stackwright_sd_inventory_ok");
    const becomes = (value: number): Promise<void> =>
      eventually(async () => {
        if ((await state()) !== value) throw new Error(`sd_inventory_ok is not ${value}`);
      });
    serving.write("inventory.yaml", inventory.replace("hosts: [mon1], port", "hosts: [mon2], port"));
    await becomes(0);
    expect((await ask(`${at}/sd/prometheus`)).body).toEqual(before.body);
    expect(await ask(`${at}/-/ready`)).toMatchObject({ status: 200 });
    const { text } = await ask(`${at}/metrics`);
    expect(sampleOf(text, "stackwright_inventory_valid")).toBe(0);
    expect(sampleOf(text, 'stackwright_inventory_problems{severity="error"}')).toBe(1);
    const page = await ask(`${at}/`);
    expect(page.text).toMatch(/<main><div class="alarm bad" role="alert"><h2>The inventory has 1 error/);
    expect(page.text).toContain("which is not in hosts");
    serving.write("inventory.yaml", inventory.replace("platform: tiny", "platform: mended"));
    await becomes(1);
    expect((await ask(`${at}/sd/prometheus`)).text).toContain('"platform":"mended"');
    serving.write("inventory.yaml", inventory);
    await eventually(async () => expect((await ask(`${at}/sd/prometheus`)).body).toEqual(before.body));
  });

  it("cuts off a client that never finishes its request, and answers others meanwhile", async () => {
    const slow = connect(port, "127.0.0.1");
    slow.on("error", () => undefined);
    slow.write("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ");
    const dribble = setInterval(() => slow.write("x"), 200);
    const closed = new Promise((resolve) => slow.once("close", resolve));
    expect(await ask(`${at}/metrics`)).toMatchObject({ status: 200 });
    await closed;
    clearInterval(dribble);
  });

  it("says which address is taken, and by what to find out who has it", () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [bundle, "serve", "-i", serving.path("inventory.yaml"), `--web.listen-address=127.0.0.1:${port}`],
      { encoding: "utf8" },
    );
    expect(stderr).toContain(`stackwright: 127.0.0.1:${port} is taken by another process (ss -tlnp | grep :${port}`);
    expect(status).toBe(3);
  });

  it("finishes what runs when it is told to end, and ends with 0", async () => {
    const other = await freePort();
    const second = await serving.serve(`--web.listen-address=127.0.0.1:${other}`);
    const agent = new Agent({ keepAlive: true });
    await ask(`http://127.0.0.1:${other}/metrics`, { agent });
    const slow = connect(other, "127.0.0.1");
    let answer = "";
    slow.on("data", (data) => {
      answer += String(data);
    });
    slow.write("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    await ask(`http://127.0.0.1:${other}/-/healthy`);
    const ended = once(second.child, "exit");
    second.child.kill("SIGTERM");
    await eventually(async () => {
      await expect(ask(`http://127.0.0.1:${other}/-/healthy`)).rejects.toThrow("ECONNREFUSED");
    });
    slow.write("\r\n");
    await once(slow, "close");
    expect(answer).toMatch(/^HTTP\/1.1 200 OK[\s\S]*connection: close/i);
    expect(await ended).toEqual([0, null]);
    expect(second.log()).toContain('"message":"ended"');
    agent.destroy();
  });

  it("ends at once with a second signal", async () => {
    const other = await freePort();
    const second = await serving.serve(`--web.listen-address=127.0.0.1:${other}`);
    const open = connect(other, "127.0.0.1");
    open.on("error", () => undefined);
    open.write("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    await ask(`http://127.0.0.1:${other}/-/healthy`);
    second.child.kill("SIGTERM");
    await eventually(async () => {
      await expect(ask(`http://127.0.0.1:${other}/-/healthy`)).rejects.toThrow("ECONNREFUSED");
    });
    const ended = once(second.child, "exit");
    second.child.kill("SIGTERM");
    expect(await ended).toEqual([143, null]);
    open.destroy();
  });

  it("is still the same process after all this", () => {
    expect(service.child.exitCode).toBeNull();
    expect(service.log()).not.toContain('"message":"a request failed"');
  });
});

describeWith(["promtool"], "the metrics of the service", () => {
  it("pass promtool check metrics", async () => {
    const { text } = await ask(`${at}/metrics`);
    await expect(run("promtool", ["check", "metrics"], text)).resolves.toBe("");
  });
});
