import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openFileSink } from "../../../packages/telemetry/src/logs/file/file-sink.ts";
import type { LogSink } from "../../../packages/telemetry/src/logs/sink.ts";
import { recordReports } from "../traces/reporting.ts";

function open({ maxBytes = 1_000_000, keep = 3, name = "app.ndjson" } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "file-sink-test-"));
  const path = join(folder, name);
  const { reporter, lines } = recordReports();
  const sinks: LogSink[] = [];
  onTestFinished(async () => {
    for (const sink of sinks) await sink.close(1_000);
    rmSync(folder, { recursive: true, force: true });
  });
  const openSink = (): LogSink => {
    const sink = openFileSink({ path, maxBytes, keep }, reporter);
    sinks.push(sink);
    return sink;
  };
  return { folder, path, reports: lines, openSink, text: () => readFileSync(path, "utf8") };
}

describe("the log file", () => {
  it("has a line as soon as it is written, behind those that were there", () => {
    const { path, openSink, text } = open();
    writeFileSync(path, '{"old":1}\n');
    const sink = openSink();
    sink.write('{"new":"ü"}\n');
    expect(text()).toBe('{"old":1}\n{"new":"ü"}\n');
    expect(sink.counts()).toMatchObject({ accepted: 1, delivered: 1, synced: 0, buffered: 0 });
  });

  it("is synced by a flush, and by the end", async () => {
    const { openSink } = open();
    const sink = openSink();
    sink.write("1\n");
    sink.write("2\n");
    expect(await sink.flush(1_000)).toEqual({ delivered: 2, buffered: 0, deadLettered: 0 });
    expect(sink.counts().synced).toBe(2);
    sink.write("3\n");
    await sink.close(1_000);
    expect(sink.counts().synced).toBe(3);
    sink.write("4\n");
    expect(sink.counts()).toMatchObject({ accepted: 4, delivered: 3, dropped: { write_failed: 1 } });
  });

  it("is put aside before it gets too large, and the oldest go", () => {
    const { folder, openSink, text } = open({ maxBytes: 30, keep: 2 });
    const sink = openSink();
    for (let n = 10; n < 20; n++) sink.write(`line ${n}\n`);
    sink.write(`${"x".repeat(50)}\n`);
    expect(readdirSync(folder).toSorted()).toEqual(["app.ndjson", "app.ndjson.1", "app.ndjson.2"]);
    expect(text()).toBe(`${"x".repeat(50)}\n`);
    expect(readFileSync(join(folder, "app.ndjson.1"), "utf8")).toBe("line 19\n");
    expect(readFileSync(join(folder, "app.ndjson.2"), "utf8")).toBe("line 16\nline 17\nline 18\n");
    expect(sink.counts()).toMatchObject({ accepted: 11, delivered: 11 });
  });

  it("may be kept without older ones", () => {
    const { folder, openSink, text } = open({ maxBytes: 20, keep: 0 });
    const sink = openSink();
    for (let n = 10; n < 15; n++) sink.write(`line ${n}\n`);
    expect(readdirSync(folder)).toEqual(["app.ndjson"]);
    expect(text()).toBe("line 14\n");
  });

  it("is begun anew when it is moved away, and no line is lost", async () => {
    const { folder, path, openSink, text } = open();
    const sink = openSink();
    sink.write("1\n");
    renameSync(path, join(folder, "moved"));
    sink.write("2\n");
    await expect.poll(() => existsSync(path)).toBe(true);
    sink.write("3\n");
    expect(readFileSync(join(folder, "moved"), "utf8") + text()).toBe("1\n2\n3\n");
  });

  it("gets the lines again that were written after it was removed", async () => {
    const { path, openSink, text } = open();
    const sink = openSink();
    sink.write("1\n");
    await new Promise((resolve) => setTimeout(resolve, 600));
    rmSync(path);
    sink.write("2\n");
    await expect.poll(() => existsSync(path) && text()).toBe("2\n");
  });

  it("serves several processes", async () => {
    const { folder, openSink } = open({ maxBytes: 100, keep: 20 });
    const sinks = [openSink(), openSink(), openSink()];
    for (let n = 0; n < 30; n++) sinks[n % 3]?.write(`line ${n}\n`);
    const all = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
    expect(all.join("").trim().split("\n").length).toBe(30);
  });

  it("ends a line that a power loss cut off", () => {
    const { path, openSink, text } = open();
    appendFileSync(path, '{"cut');
    openSink().write("whole\n");
    expect(text()).toBe('{"cut\nwhole\n');
  });

  it("that cannot be written costs the lines of that time, counted and reported once", async () => {
    const { folder, path, reports, openSink, text } = open({ name: "below/app.ndjson" });
    writeFileSync(join(folder, "below"), "a file in place of the folder");
    const sink = openSink();
    sink.write("1\n");
    sink.write("2\n");
    expect(sink.counts()).toMatchObject({ accepted: 2, delivered: 0, dropped: { write_failed: 2 } });
    expect(reports.map((line) => JSON.parse(line))).toMatchObject([
      { "log.level": "warn", "file.path": path, "error.code": "EEXIST", fix: expect.any(String) },
    ]);
    rmSync(join(folder, "below"));
    mkdirSync(join(folder, "below"));
    await expect
      .poll(
        () => {
          sink.write("3\n");
          return sink.counts().delivered;
        },
        { timeout: 5_000 },
      )
      .toBeGreaterThan(0);
    expect(text().startsWith("3\n")).toBe(true);
    expect(reports.length).toBe(2);
  });

  it("is not for everybody's eyes", () => {
    const { path, folder, openSink } = open();
    chmodSync(folder, 0o755);
    openSink().write("1\n");
    expect(statSync(path).mode & 0o007).toBe(0);
  });
});
