import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FollowEvent, Follower, type FollowState } from "../../../../src/service/access-log/follow/follower.ts";
import { RotatingLog } from "./rotating-log.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stackwright-follow-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A reader that counts, is stopped and killed, and starts again from what it has saved. */
class Reader {
  lines: string[] = [];
  tooLong = 0;
  readonly events: FollowEvent[] = [];
  readonly #path: string;
  readonly #now: () => number;
  #saved: { readonly state: FollowState | undefined; readonly lines: readonly string[] } | undefined;
  #follower: Follower;
  /** Saves its state right after some lines were handed on, not only between two looks. */
  savesOften = false;

  constructor(path: string, now: () => number = Date.now) {
    this.#path = path;
    this.#now = now;
    this.#follower = this.#fresh();
  }

  #fresh(): Follower {
    return new Follower(this.#path, {
      sink: (text, tooLong) => {
        this.lines.push(...text.split("\n").slice(0, -1));
        this.tooLong += tooLong;
        if (this.savesOften) queueMicrotask(() => this.save());
      },
      tell: (event) => this.events.push(event),
      nowMs: this.#now,
      maxLineBytes: 200,
      chunkBytes: 64,
    });
  }

  async poll(): Promise<void> {
    while ((await this.#follower.poll()) > 0);
  }

  save(): void {
    this.#saved = { state: this.#follower.state, lines: [...this.lines] };
  }

  async restart(how: "stopped" | "killed"): Promise<void> {
    if (how === "stopped") this.save();
    await this.#follower.close();
    this.lines = [...(this.#saved?.lines ?? [])];
    this.#follower = this.#fresh();
    if (this.#saved?.state !== undefined) await this.#follower.resume(this.#saved.state);
  }

  close(): Promise<void> {
    return this.#follower.close();
  }
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("append" as const), count: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 2, arbitrary: fc.constant({ do: "begin a line" as const }) },
  { weight: 3, arbitrary: fc.constant({ do: "rotate" as const }) },
  { weight: 3, arbitrary: fc.constant({ do: "reopen" as const }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("poll" as const), savesOften: fc.boolean() }) },
  { weight: 2, arbitrary: fc.constant({ do: "save" as const }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("restart" as const), how: fc.constantFrom("stopped", "killed") }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "wait" as const }) },
);

describe("a reader that follows a log", () => {
  it.each(["rename", "copy and truncate"])(
    "hands on each line once, whatever stops or kills it, where rotation is to %s",
    async (method) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
          const own = mkdtempSync(join(folder, "run-"));
          const log = new RotatingLog(own);
          const reader = new Reader(log.path, () => log.nowMs);
          // The first start begins at the end of what is there: here nothing is.
          await reader.poll();
          reader.save();
          for (const each of steps) {
            log.tick(1000);
            switch (each.do) {
              case "append":
                log.append(each.count);
                break;
              case "begin a line":
                log.beginLine();
                break;
              case "rotate":
                if (method === "rename") log.rename();
                else log.copyAndTruncate();
                break;
              case "reopen":
                log.reopen();
                break;
              case "poll":
                reader.savesOften = each.savesOften;
                await reader.poll();
                break;
              case "save":
                reader.save();
                break;
              case "restart":
                await reader.restart(each.how === "killed" ? "killed" : "stopped");
                break;
              case "wait":
                // Long enough for a renamed file to be left; nginx has reopened its log by then.
                log.reopen();
                await reader.poll();
                log.tick(120_000);
            }
          }
          // At last nginx writes to the log, and renamed files are left.
          log.reopen();
          log.append(1);
          log.tick(1000);
          await reader.poll();
          log.tick(120_000);
          await reader.poll();
          await reader.close();
          log.close();
          expect(reader.events).toEqual([]);
          expect(reader.lines.toSorted()).toEqual(log.lines.toSorted());
        }),
        { numRuns: 300 },
      );
    },
  );

  it("begins at the end of what is there when it starts for the first time, also inside a line", async () => {
    const path = join(folder, "access.log");
    writeFileSync(path, "old\nhalf of an old");
    const reader = new Reader(path);
    await reader.poll();
    appendFileSync(path, " one\nnew\n");
    await reader.poll();
    expect(reader.lines).toEqual(["new"]);
    await reader.close();
  });

  it("waits for a log that is not there yet and reads it from its beginning", async () => {
    const path = join(folder, "access.log");
    const reader = new Reader(path);
    await reader.poll();
    writeFileSync(path, "first\n");
    await reader.poll();
    expect(reader.lines).toEqual(["first"]);
    expect(reader.events).toEqual([]);
    await reader.close();
  });

  it("passes over a line beyond the bound, counts it once, also after a restart, and reads on behind it", async () => {
    const path = join(folder, "access.log");
    writeFileSync(path, "");
    const reader = new Reader(path);
    await reader.poll();
    appendFileSync(path, `before\n${"x".repeat(1000)}`);
    await reader.poll();
    await reader.restart("stopped");
    appendFileSync(path, `${"x".repeat(1000)}\nafter\n`);
    await reader.poll();
    expect(reader.lines).toEqual(["before", "after"]);
    expect(reader.tooLong).toBe(1);
    await reader.close();
  });

  it("tells a gap where what it had not read was cut off without a copy, and goes on", async () => {
    const path = join(folder, "access.log");
    writeFileSync(path, "");
    const reader = new Reader(path);
    await reader.poll();
    appendFileSync(path, "one\n");
    await reader.poll();
    truncateSync(path);
    appendFileSync(path, "another, and longer than the first was\n");
    await reader.poll();
    expect(reader.lines).toEqual(["one", "another, and longer than the first was"]);
    expect(reader.events).toMatchObject([{ type: "gap" }]);
    await reader.close();
  });

  it("counts nothing again where a log has lost its tail in a power cut", async () => {
    const path = join(folder, "access.log");
    writeFileSync(path, "");
    const reader = new Reader(path);
    await reader.poll();
    // The beginning by which it knows the log is still there.
    const many = Array.from({ length: 200 }, (_, at) => `line ${at}`);
    appendFileSync(path, `${many.join("\n")}\ntwo\nthree\n`);
    await reader.poll();
    reader.save();
    truncateSync(path, `${many.join("\n")}\ntwo\n`.length);
    await reader.restart("killed");
    appendFileSync(path, "four\n");
    await reader.poll();
    expect(reader.lines).toEqual([...many, "two", "three", "four"]);
    await reader.close();
  });

  it("does not count a copy that a rotation has made and not yet cut off", async () => {
    const path = join(folder, "access.log");
    writeFileSync(path, "");
    const reader = new Reader(path);
    await reader.poll();
    appendFileSync(path, "one\ntwo\n");
    writeFileSync(`${path}.1`, readFileSync(path));
    await reader.poll();
    expect(reader.lines).toEqual(["one", "two"]);
    await reader.close();
  });

  it("hands on the unfinished last line of a renamed file when nobody can finish it any more", async () => {
    const path = join(folder, "access.log");
    let nowMs = Date.now();
    writeFileSync(path, "");
    const reader = new Reader(path, () => nowMs);
    await reader.poll();
    appendFileSync(path, "whole\nhalf");
    await reader.poll();
    renameSync(path, `${path}.1`);
    writeFileSync(path, "next\n");
    await reader.poll();
    expect(reader.lines).toEqual(["whole", "next"]);
    nowMs += 120_000;
    await reader.poll();
    expect(reader.lines).toEqual(["whole", "next", "half"]);
    await reader.close();
  });

  it("says once that it must not look at the log, and once that it may again", async () => {
    const path = join(folder, "file", "access.log");
    writeFileSync(join(folder, "file"), "a file where a folder should be");
    const reader = new Reader(path);
    await reader.poll();
    await reader.poll();
    rmSync(join(folder, "file"));
    await reader.poll();
    await reader.poll();
    expect(reader.events.map(({ type }) => type)).toEqual(["unreadable", "readable"]);
    await reader.close();
  });
});
