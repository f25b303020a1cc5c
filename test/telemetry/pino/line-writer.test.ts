import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLineWriter } from "../../../packages/telemetry/src/logs/pino/line-writer.ts";
import { createReporter } from "../../../packages/telemetry/src/reports/reporter.ts";

describe("the writer of stdout", () => {
  let folder = "";
  let reports: string[] = [];
  const reporter = createReporter((line) => reports.push(line));
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "lines-"));
    reports = [];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("writes every line once and in order, those of the last moment too", async () => {
    const file = join(folder, "out");
    const fd = openSync(file, "w");
    const writer = createLineWriter(fd, reporter);
    const lines = Array.from({ length: 20_000 }, (_, place) => `${place} 面条 ${"x".repeat(place % 200)}\n`);
    for (const [place, line] of lines.entries()) {
      writer.write(line);
      if (place % 5_000 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await until(() => readFileSync(file).length === Buffer.byteLength(lines.join("")));
    writer.write("last\n");
    writer.flushSync();
    closeSync(fd);
    expect(readFileSync(file, "utf8")).toBe(`${lines.join("")}last\n`);
    expect(writer.dropped()).toBe(0);
    expect(reports).toEqual([]);
  });

  it("tells when all has been written, and does not wait for ever", async () => {
    const file = join(folder, "out");
    const fd = openSync(file, "w");
    const writer = createLineWriter(fd, reporter);
    await writer.flush(10_000);
    for (let place = 0; place < 3_000; place++) writer.write(`${"x".repeat(999)}\n`);
    await writer.flush(10_000);
    expect(readFileSync(file)).toHaveLength(3_000_000);
    closeSync(fd);
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    const full = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
    const stuck = createLineWriter(full, reporter);
    stuck.write("x".repeat(200_000));
    await stuck.flush(20);
    const seen = Buffer.alloc(1 << 20);
    let bytes = 0;
    await until(() => {
      try {
        for (;;) bytes += readSync(full, seen);
      } catch {
        // Empty for now.
      }
      return bytes === 200_000;
    });
    expect(bytes).toBe(200_000);
    closeSync(full);
  });

  it("holds nobody where the reader sleeps: beyond its bound lines are dropped, counted and reported once", async () => {
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    const fd = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
    const writer = createLineWriter(fd, reporter);
    const line = `${"x".repeat(1_023)}\n`;
    const total = 20 * 1_024;
    for (let place = 0; place < total; place++) {
      writer.write(line);
      if (place % 1_024 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const dropped = writer.dropped();
    expect(dropped).toBeGreaterThan(3 * 1_024);
    expect(dropped).toBeLessThan(5 * 1_024);
    expect(reports).toHaveLength(1);
    expect(JSON.parse(reports[0] ?? "")).toMatchObject({
      message: "log lines are not written to stdout",
      reason: "full",
    });
    // The reader wakes up: what was kept arrives whole.
    const seen = Buffer.alloc(1 << 20);
    let bytes = 0;
    await until(() => {
      try {
        for (;;) bytes += readSync(fd, seen);
      } catch {
        // Empty for now.
      }
      return bytes >= (total - dropped) * 1_024;
    });
    expect(bytes).toBe((total - dropped) * 1_024);
    expect(reports.at(-1)).toContain("written to stdout again");
    closeSync(fd);
  });

  it("gives up for good where the reader is gone", async () => {
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
    const fd = openSync(pipe, constants.O_WRONLY);
    closeSync(reader);
    const writer = createLineWriter(fd, reporter);
    writer.write("one\n");
    await until(() => writer.dropped() === 1);
    writer.write("two\n");
    writer.flushSync();
    expect(writer.dropped()).toBe(2);
    expect(reports).toHaveLength(1);
    expect(reports[0]).toContain("EPIPE");
    closeSync(fd);
  });
});

async function until(isDone: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !isDone() && Date.now() < end; )
    await new Promise((resolve) => setTimeout(resolve, 5));
}
