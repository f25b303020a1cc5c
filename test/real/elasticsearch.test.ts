import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Settled } from "../../packages/telemetry/src/logs/batch.ts";
import { createDelivery } from "../../packages/telemetry/src/logs/delivery/delivery.ts";
import { createReporter } from "../../packages/telemetry/src/reports/reporter.ts";
import { batchOf } from "../telemetry/delivery/batches.ts";
import { accountFor } from "./durability/account.ts";
import { type Elasticsearch, startElasticsearch } from "./elasticsearch.ts";
import { elasticsearch8, elasticsearch9, elasticsearchTools, javaHome } from "./elasticsearch-releases.ts";
import { describeWith } from "./tool.ts";

// Two minutes on two idle cores, half a minute of it for the start of the two servers.
const has9 = javaHome(elasticsearch9) !== undefined;
const newest = has9 ? elasticsearch9 : elasticsearch8;
const releases = has9 ? [elasticsearch8, elasticsearch9] : [elasticsearch8];
const servers = new Map<number, Elasticsearch>();
const folder = mkdtempSync(join(tmpdir(), "elasticsearch-test-"));
const reporter = createReporter(() => undefined);

function server(major: number): Elasticsearch {
  const found = servers.get(major);
  if (found === undefined) throw new Error(`Elasticsearch ${major} does not run`);
  return found;
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

if (!has9) it.skip("Elasticsearch 9 (not checked: no Java 21 or newer here)", () => undefined);

describeWith(releases.flatMap(elasticsearchTools), "Elasticsearch", () => {
  beforeAll(async () => {
    // All of them, so that those that have started are ended when another one has not.
    const starts = await Promise.allSettled(
      releases.map(async (release) => {
        const started = await startElasticsearch(release, { "http.max_content_length": "1mb" });
        servers.set(release.major, started);
        await started.ask("PUT", "/_index_template/logs", {
          index_patterns: ["logs-*-*"],
          data_stream: {},
          priority: 200,
          template: {
            settings: { number_of_shards: 1, number_of_replicas: 0 },
            mappings: { properties: { "@timestamp": { type: "date" }, n: { type: "long" } } },
          },
        });
      }),
    );
    for (const start of starts) if (start.status === "rejected") throw start.reason;
  }, 300_000);
  afterAll(async () => {
    for (const each of servers.values()) await each.stop();
  });

  describe.each(releases.map(({ major, version }) => ({ major, version })))("$version", ({ major }) => {
    const time = "2026-11-21T12:00:00.000Z";

    it("takes records into a data stream once, and refuses those that do not fit", async () => {
      const lines = Array.from({ length: 500 }, (_, n) => JSON.stringify({ "@timestamp": time, n, message: "ü 𝄞" }));
      lines[250] = JSON.stringify({ "@timestamp": time, n: "many" });
      lines[251] = '{"@timestamp":';
      // As a child logger of pino writes it.
      lines[252] = `{"@timestamp":"${time}","n":252,"message":"one","message":"two"}`;
      const deadLetterFile = join(folder, `dead-${major}`);
      const delivery = createDelivery(
        { urls: [server(major).url], dataStream: "logs-delivery.x-test", deadLetterFile },
        reporter,
      );
      const fates: Settled[] = [];
      for (let time = 0; time < 2; time++)
        await delivery.send(batchOf(lines), (_, fate) => void fates.push(fate), new AbortController().signal);
      await delivery.close();
      expect(fates.filter((fate) => fate === "delivered").length).toBe(2 * 498);
      expect(await server(major).count("logs-delivery.x-test")).toBe(498);
      const letters = readFileSync(deadLetterFile, "utf8").trim().split("\n");
      expect(letters.slice(0, 2).map((letter) => JSON.parse(letter))).toMatchObject([
        { line: lines[250], error: { type: "document_parsing_exception", reason: expect.stringContaining("long") } },
        { line: lines[251], error: { type: "document_parsing_exception" } },
      ]);
      const found = await server(major).ask("GET", "/logs-delivery.x-test/_search?q=n:252");
      expect(found).toMatchObject({ hits: { hits: [{ _source: { n: 252, message: "two" } }] } });
    });

    it("gets less at a time when it says that a request is too large", async () => {
      const delivery = createDelivery(
        {
          urls: [server(major).url],
          dataStream: "logs-large.x-test",
          deadLetterFile: join(folder, `large-${major}`),
          limits: { maxRequestBytes: 4_000_000, firstPauseMs: 10, maxPauseMs: 100 },
        },
        reporter,
      );
      const lines = Array.from({ length: 300 }, (_, n) =>
        JSON.stringify({ "@timestamp": time, n, message: "x".repeat(n === 7 ? 1_200_000 : 10_000) }),
      );
      const fates: (Settled | undefined)[] = [];
      const settle = (index: number, fate: Settled): void => {
        fates[index] = fate;
      };
      await delivery.send(batchOf(lines), settle, new AbortController().signal);
      await delivery.close();
      expect(fates.filter((fate) => fate === "delivered").length).toBe(299);
      expect(fates[7]).toBe("dead");
      expect(await server(major).count("logs-large.x-test")).toBe(299);
    });

    it("takes what pino-elasticsearch hands over, and the sink counts what was confirmed", async () => {
      const { url } = server(major);
      const child = fileURLToPath(new URL("durability/direct.ts", import.meta.url));
      const told = execFileSync(process.execPath, [child, url], { encoding: "utf8", timeout: 60_000 });
      expect(JSON.parse(told)).toEqual({
        flushed: { delivered: 99, buffered: 0, deadLettered: 0 },
        dropped: { buffer_full: 0, refused: 1, not_json: 0 },
      });
      expect(await server(major).count("logs-direct.x-test")).toBe(99);
    });
  });

  describe(`the whole way, to ${newest.version}`, () => {
    beforeAll(async () => {
      if (newest.major === 9) await server(8).stop();
    });

    it("loses and doubles nothing while connections are refused for 20 s, and stays small", async () => {
      const trial = { lines: 30_000, rate: 1_000, kills: 0, outageMs: 20_000, poisonEvery: 1_000 };
      const account = await accountFor(trial, server(newest.major));
      expect(account).toMatchObject({ accepted: 30_000, unclear: 0, stored: 29_970, deadLettered: 30 });
      expect(account).toMatchObject({ lost: 0, twice: 0, strangers: 0, unbalanced: [] });
      expect(account.end).toMatchObject({ accepted: 30_000, delivered: 29_970, deadLettered: 30, dropped: 0 });
      expect(account.scrapes).toBeGreaterThan(20);
      expect(account.growthBytes).toBeLessThan(32 * 2 ** 20);
    });

    it("loses and doubles nothing when the application is killed 20 times, with the store away for 5 s of it", async () => {
      const trial = { lines: 12_000, rate: 1_000, kills: 20, outageMs: 5_000, poisonEvery: 500 };
      const account = await accountFor(trial, server(newest.major));
      expect(account).toMatchObject({ lost: 0, twice: 0, strangers: 0, unbalanced: [], kills: 20 });
      expect(account.accepted + account.unclear).toBe(12_000);
      expect(account.unclear).toBeLessThanOrEqual(20);
      expect(account.stored + account.deadLettered).toBeGreaterThanOrEqual(account.accepted);
      expect(account.deadLettered).toBeGreaterThanOrEqual(23);
      expect(account.end.dropped).toBe(0);
    });
  });
});
