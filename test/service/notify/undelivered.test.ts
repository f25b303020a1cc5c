import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createDeadLetterFile, type DeadLetter } from "../../../src/service/notify/dead-letters.ts";
import { createUndelivered, lateMs } from "../../../src/service/notify/undelivered.ts";
import { type AlertInput, notificationOf, recordingLog } from "./setting.ts";

const to = { receiver: "oncall", channel: "sms" };
const flaw = { reason: "status 503" };

function start(append?: () => Promise<void>) {
  let now = Date.parse("2026-11-21T00:00:00Z");
  const letters: DeadLetter[] = [];
  const counted: string[] = [];
  const log = recordingLog();
  const file = {
    append: async (letter: DeadLetter) => {
      letters.push(letter);
      await append?.();
    },
  };
  const undelivered = createUndelivered({
    now: () => now,
    file,
    metrics: { deadLetter: (name) => counted.push(name) },
    log,
  });
  const later = (ms: number): void => {
    now += ms;
    undelivered.sweep();
  };
  return { undelivered, letters, counted, log, later };
}

const alert = (host: string, status: AlertInput["status"] = "firing"): AlertInput => ({
  status,
  labels: { host },
  annotations: { summary: `${host} is down` },
});

describe("a message that is not delivered", () => {
  test("is given up after a quarter of an hour, once, however often it is tried", () => {
    const { undelivered, letters, counted, log, later } = start();
    for (let minute = 0; minute < 60; minute++) {
      undelivered.failed(to, notificationOf([alert("db1")]), flaw);
      later(60_000);
      expect(letters.length).toBe(minute < 14 ? 0 : 1);
    }
    expect(counted).toEqual(["oncall"]);
    expect(log.lines).toEqual([
      {
        level: "error",
        message: "message given up",
        fields: expect.objectContaining({
          receiver: "oncall",
          channel: "sms",
          why: "too late",
          alerts: ["MysqlDown"],
          count: 1,
        }),
      },
    ]);
    expect(letters[0]).toMatchObject({
      time: "2026-11-21T00:15:00.000Z",
      since: "2026-11-21T00:00:00.000Z",
      reason: "status 503",
      alerts: [{ summary: "db1 is down", labels: { host: "db1" } }],
    });
  });

  test("is given up too when Alertmanager tries no more", () => {
    const { undelivered, letters, later } = start();
    undelivered.failed(to, notificationOf([alert("db1")]), flaw);
    later(lateMs);
    expect(letters).toHaveLength(1);
  });

  test("is given up at once where the gateway refuses it, and once for each alert and state", () => {
    const { undelivered, letters } = start();
    for (const alerts of [
      [alert("db1")],
      [alert("db1")],
      [alert("db1"), alert("db2")],
      [alert("db1", "resolved"), alert("db2")],
    ])
      undelivered.refused(to, notificationOf(alerts), flaw);
    expect(letters.map(({ why, count }) => `${why} ${count}`)).toEqual(["refused 1", "refused 2", "refused 2"]);
  });

  test("is made up for by a later one of its group, and by none of another", () => {
    const { undelivered, letters, later } = start();
    undelivered.failed(to, notificationOf([alert("db1")], "a"), flaw);
    undelivered.failed(to, notificationOf([alert("db2")], "b"), flaw);
    undelivered.delivered(to, notificationOf([alert("db1"), alert("db3")], "a"));
    later(lateMs);
    expect(letters.map(({ group }) => group)).toEqual(["b"]);
  });

  test("counts anew after its group was delivered", () => {
    const { undelivered, letters } = start();
    undelivered.refused(to, notificationOf([alert("db1")]), flaw);
    undelivered.delivered(to, notificationOf([alert("db1")]));
    undelivered.refused(to, notificationOf([alert("db1")]), flaw);
    expect(letters).toHaveLength(2);
  });

  test("is given up early rather than forgotten where there are too many", () => {
    const { undelivered, letters } = start();
    for (let index = 0; index < 2_010; index++)
      undelivered.failed(to, notificationOf([alert("db1")], `group ${index}`), flaw);
    expect(letters).toHaveLength(10);
    expect(letters[0]).toMatchObject({ why: "too many undelivered", group: "group 0" });
  });

  test("stands in the log where the disk takes nothing", async () => {
    const { undelivered, log } = start(() => Promise.reject(Object.assign(new Error("full"), { code: "ENOSPC" })));
    undelivered.refused(to, notificationOf([alert("db1")]), flaw);
    await undelivered.settled();
    expect(log.lines.map(({ message, fields }) => `${message} ${fields["reason"]}`)).toEqual([
      "message given up status 503",
      "dead letter not written ENOSPC",
    ]);
  });
});

test("people whom the gateway does not know are told of once, until they are others", () => {
  const { undelivered, letters } = start();
  const message = notificationOf([alert("db1")]);
  for (const unknown of [[], ["li"], ["li"], ["wang", "li"], ["li", "wang"], [], ["li"]])
    undelivered.partly(to, message, unknown);
  expect(letters.map(({ why, said }) => `${why}: ${said}`)).toEqual([
    "unknown recipients: li",
    "unknown recipients: li wang",
    "unknown recipients: li",
  ]);
});

describe("the file of dead letters", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "stackwright-dead-letters-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const letter = (index: number, alerts: DeadLetter["alerts"] = []): DeadLetter => ({
    time: "2026-11-21T00:00:00.000Z",
    receiver: "oncall",
    channel: "sms",
    why: "refused",
    reason: `number ${index}`,
    since: "2026-11-21T00:00:00.000Z",
    status: "firing",
    group: "g",
    count: alerts.length,
    alerts,
  });
  const read = (name: string): readonly string[] =>
    readFileSync(join(folder, "deep", name), "utf8")
      .trimEnd()
      .split("\n");

  test("has a line of JSON for each, and is for the service alone", async () => {
    const file = createDeadLetterFile(join(folder, "deep"));
    await Promise.all([1, 2, 3].map((index) => file.append(letter(index))));
    expect(read("dead-letters.ndjson").map((line) => JSON.parse(line).reason)).toEqual([
      "number 1",
      "number 2",
      "number 3",
    ]);
    expect(statSync(join(folder, "deep", "dead-letters.ndjson")).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, "deep")).mode & 0o777).toBe(0o700);
  });

  test("keeps the newest within its bounds", async () => {
    const file = createDeadLetterFile(join(folder, "deep"), { maxFileBytes: 1_000, olderFiles: 2 });
    for (let index = 0; index < 100; index++) await file.append(letter(index));
    const names = readdirSync(join(folder, "deep")).toSorted();
    expect(names).toEqual(["dead-letters.1.ndjson", "dead-letters.2.ndjson", "dead-letters.ndjson"]);
    for (const name of names) expect(statSync(join(folder, "deep", name)).size).toBeLessThanOrEqual(1_000);
    expect(read("dead-letters.ndjson").at(-1)).toContain("number 99");
  });

  test("lists fewer alerts of a huge message", async () => {
    const file = createDeadLetterFile(join(folder, "deep"));
    const huge = Array.from({ length: 500 }, () => ({
      status: "firing",
      startsAt: "x",
      labels: { host: "h".repeat(1_000) },
    }));
    await file.append(letter(1, huge));
    const [line = ""] = read("dead-letters.ndjson");
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(64 * 1024);
    expect(JSON.parse(line)).toMatchObject({ count: 500 });
    expect(JSON.parse(line).alerts.length).toBeGreaterThan(10);
  });

  test("follows no link that somebody has put in its place", async () => {
    const aim = join(folder, "aim");
    writeFileSync(aim, "untouched");
    const file = createDeadLetterFile(folder);
    symlinkSync(aim, join(folder, "dead-letters.ndjson"));
    await expect(file.append(letter(1))).rejects.toThrow("ELOOP");
    expect(readFileSync(aim, "utf8")).toBe("untouched");
    expect(lstatSync(join(folder, "dead-letters.ndjson")).isSymbolicLink()).toBe(true);
  });
});
