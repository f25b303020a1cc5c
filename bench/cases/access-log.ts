import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { accessLogFields } from "../../src/signals/access-log.ts";
import type { Bench, Case } from "../case.ts";
import { measure, type Run } from "../measure.ts";
import { figures, figuresOf, printTable } from "../table.ts";

const lines = 1_000_000;

/**
 * A backlog as after a long stop: lines of the access log with some retries and failures, counted by the whole exporter
 * until the last one is in its metrics. Beside it what a machine needs at least to look at the same bytes: `wc -l`, and awk
 * that counts by one field without reading JSON. (mtail, the usual program for this, is not in this comparison.)
 */
export const accessLog: Case = {
  name: "access-log",
  about: `the access log exporter on a backlog of ${lines / 1e6} million lines, beside wc and awk`,
  run: async (bench) => {
    const log = join(bench.folder, "access.log");
    writeLines(log);
    const floor = [
      { name: "wc -l", argv: ["wc", "-l", log] },
      {
        name: "awk by status",
        argv: ["awk", '-F"', "{ seen[$56]++ } END { for (each in seen) print each, seen[each] }", log],
      },
    ] as const;
    const measured = await measure(floor, bench.runs);
    const runs: Run[] = [];
    let longestMs = 0;
    for (let round = 0; round < bench.runs; round++) {
      const { run, slowestScrapeMs } = await once(bench, log);
      runs.push(run);
      longestMs = Math.max(longestMs, slowestScrapeMs);
    }
    rmSync(log);
    return `${printTable(
      "Access log",
      [
        // 50,000 lines a second are more than two cores of nginx with TLS answer.
        { what: "exporter, 1,000,000 lines", figures: figures(runs), goal: { wallMs: 20_000, peakMiB: 256 } },
        ...floor.map(({ name }) => ({
          what: name,
          figures: figuresOf(measured, name),
          against: "exporter, 1,000,000 lines",
        })),
      ],
      bench,
    )}\nThe slowest scrape meanwhile took ${longestMs.toFixed(0)} ms.\n`;
  },
};

async function once(
  { main, folder }: Bench,
  log: string,
): Promise<{ readonly run: Run; readonly slowestScrapeMs: number }> {
  const state = join(folder, "access-log.state");
  const config = join(folder, "access-log.json");
  const port = 19_741;
  writeFileSync(config, JSON.stringify(configOf(log, state, port)));
  // A state from before the first line.
  writeFileSync(
    state,
    JSON.stringify({ schema: 1, boot: "", access: { seenMs: 1, files: [] }, counters: {}, modes: {}, waiting: [] }),
  );
  const start = performance.now();
  const child = spawn(process.execPath, [main, "access-log", "--config", config], { stdio: "ignore" });
  let slowestScrapeMs = 0;
  try {
    for (;;) {
      await sleep(100);
      const asked = performance.now();
      const text = await fetch(`http://127.0.0.1:${port}/metrics`)
        .then((response) => response.text())
        .catch(() => "");
      if (text !== "") slowestScrapeMs = Math.max(slowestScrapeMs, performance.now() - asked);
      if (performance.now() - start > 120_000) throw new Error("the exporter does not get to the end of the log");
      if (!text.includes(`nginx_access_log_lines_total ${lines}\n`)) continue;
      const wallMs = performance.now() - start;
      const cpuMs = Number(/^process_cpu_seconds_total (.*)$/m.exec(text)?.[1]) * 1000;
      const peak = /^VmHWM:\s*(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1];
      return { run: { wallMs, cpuMs, peakMiB: Number(peak) / 1024 }, slowestScrapeMs };
    }
  } finally {
    const ended = new Promise((resolve) => child.once("close", resolve));
    child.kill();
    await ended;
  }
}

function configOf(log: string, state: string, port: number): object {
  const names = Array.from({ length: 10 }, (_, at) => `site${at}.example`);
  return {
    generated_by: "bench",
    inventory: [],
    listen: [`127.0.0.1:${port}`],
    state,
    access_log: log,
    audit_log: `${log}.audit`,
    nginx: { pid: "/nowhere", config: "/nowhere", worker_connections: 1024 },
    timezone: "UTC",
    buckets: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2, 2.5, 5, 7.5, 10],
    sites: names.map((name) => ({
      server_name: [name],
      routes: ["/", "/api", "/static"].map((path) => ({ path, upstream: "app", waf: "block" })),
    })),
    upstreams: { app: { "203.0.113.21:3000": "app1:3000", "203.0.113.22:3000": "app2:3000" } },
    exclusions: [],
  };
}

function writeLines(file: string): void {
  const out = openSync(file, "w");
  const block = 10_000;
  for (let first = 0; first < lines; first += block)
    writeSync(out, Array.from({ length: block }, (_, at) => lineOf(first + at)).join(""));
  closeSync(out);
}

/** About 800 bytes, as a request of a browser makes them. */
function lineOf(number: number): string {
  const isRetried = number % 50 === 0;
  const status = number % 100 === 0 ? "502" : number % 20 === 0 ? "404" : "200";
  const values: Readonly<Record<string, string>> = {
    "@timestamp": new Date(1_800_000_000_000 + Math.floor(number / 1000) * 1000)
      .toISOString()
      .replace(".000Z", "+00:00"),
    "trace.id": number.toString(16).padStart(32, "0"),
    "http.request.id": number.toString(16).padStart(32, "f"),
    "http.request.method": "GET",
    "url.path": `/api/restaurants/${number % 1000}/menu`,
    "url.domain": `site${number % 10}.example`,
    "client.ip": `198.51.${number % 100}.${number % 251}`,
    "user_agent.original":
      "Mozilla/5.0 (Linux; Android 14; 22101316C) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36",
    "http.request.referrer": "https://site1.example/menu",
    "http.version": "HTTP/2.0",
    "http.response.status_code": status,
    "http.response.body.bytes": String(500 + (number % 5000)),
    "event.duration_seconds": (0.001 * (number % 700)).toFixed(3),
    "nginx.server_name": `site${number % 10}.example`,
    "nginx.route": ["/", "/api", "/static"][number % 3] ?? "/",
    "nginx.upstream.service": "app",
    "nginx.upstream.address": isRetried ? "203.0.113.21:3000, 203.0.113.22:3000" : "203.0.113.22:3000",
    "nginx.upstream.status": isRetried ? `502, ${status}` : status,
    "nginx.upstream.connect_time": isRetried ? "-, 0.001" : "0.001",
    "nginx.upstream.header_time": isRetried ? "-, 0.010" : "0.010",
    "nginx.upstream.response_time": isRetried ? "0.001, 0.012" : "0.012",
  };
  const pairs = accessLogFields("edge").map(({ key, value, isText }) => {
    const text = values[key] ?? value;
    return `"${key}":${isText ? JSON.stringify(text) : text}`;
  });
  return `{${pairs.join(",")}}\n`;
}
