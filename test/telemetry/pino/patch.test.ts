import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { pino as Pino } from "pino";
import { describe, expect, it } from "vitest";
import { ids, inSpan, parsed, type Written, written } from "./logging.ts";

const original: unknown = createRequire(import.meta.url)("pino");

function isPino(value: unknown): value is typeof Pino {
  return typeof value === "function";
}

/** What the application gets from `require("pino")`. */
function patched(to: Written): typeof Pino {
  const made = to.logging.patchPino(original);
  if (!isPino(made)) throw new Error("not pino");
  return made;
}

describe("a logger that the application makes itself", () => {
  it("writes ECS with ids to stdout and to the sink where nothing was said about either", () => {
    const to = written();
    const logger = patched(to)();
    inSpan(() => logger.info({ order: 7 }, "paid"));
    logger.child({ table: 4 }).warn("slow");
    expect(to.sink).toEqual(to.stdout);
    expect(parsed(to.stdout)).toMatchObject([
      {
        "log.level": "info",
        "service.name": "menu",
        "trace.id": ids.traceId,
        "span.id": ids.spanId,
        order: 7,
        message: "paid",
      },
      { "log.level": "warn", table: 4, message: "slow" },
    ]);
  });

  it("may be made in every way that pino knows", () => {
    const to = written();
    const pino = patched(to);
    for (const make of [pino, pino.pino, pino.default]) make({ name: "x" }).info("text");
    pino(undefined).info("text");
    expect(parsed(to.stdout).map((line) => [line["log.logger"], line["message"]])).toEqual([
      ["x", "text"],
      ["x", "text"],
      ["x", "text"],
      [undefined, "text"],
    ]);
    expect(pino.version).toBe(Reflect.get(Object(original), "version"));
    expect(pino.levels.values["info"]).toBe(30);
    expect(typeof pino.stdSerializers.err).toBe("function");
    expect(to.logging.patchPino(pino)).toBe(pino);
  });

  it("keeps its own look on stdout, while the sink gets ECS", () => {
    const to = written();
    const pino = patched(to);
    const logger = pino({
      messageKey: "text",
      timestamp: pino.stdTimeFunctions.isoTime,
      mixin: () => ({ shift: "night" }),
    });
    inSpan(() => logger.error({ err: new RangeError("no") }, "failed"));
    const [shown] = parsed(to.stdout);
    expect(shown).toMatchObject({
      level: 50,
      text: "failed",
      shift: "night",
      "trace.id": ids.traceId,
      err: { type: "RangeError" },
    });
    expect(shown).not.toHaveProperty("@timestamp");
    const [sent] = parsed(to.sink);
    expect(sent).toMatchObject({
      "log.level": "error",
      "@timestamp": shown?.["time"],
      "service.name": "menu",
      "trace.id": ids.traceId,
      message: "failed",
      shift: "night",
      error: { type: "RangeError" },
    });
    expect(sent).not.toHaveProperty("text");
  });

  it("keeps its own destination, and gets the ids there and nothing else", () => {
    const to = written();
    const lines: string[] = [];
    const folder = mkdtempSync(join(tmpdir(), "pino-"));
    const pino = patched(to);
    try {
      const file = join(folder, "own.log");
      const destination = pino.destination({ dest: file, sync: true });
      inSpan(() => {
        pino({ mixin: () => ({ own: 1 }) }, { write: (line) => lines.push(line) }).info("to a stream");
        pino(destination).info("to a file");
      });
      pino({}, { write: (line) => lines.push(line) }).info("without a span");
      expect(parsed(lines)).toMatchObject([
        { level: 30, own: 1, "trace.id": ids.traceId, msg: "to a stream" },
        { level: 30 },
      ]);
      expect(lines[1]).not.toContain("trace.id");
      expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({
        level: 30,
        "span.id": ids.spanId,
        msg: "to a file",
      });
      expect([...to.stdout, ...to.sink]).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("redacts also in children that name further paths of their own", () => {
    const to = written();
    const pino = patched(to);
    const child = pino().child({ password: "p1", user: { token: "t1" } }, { redact: ["card"] });
    child.info({ card: "c1", secret: "s1", nested: { password: "p2" } }, "paid");
    child
      .child({ secret: "s2" }, { redact: { paths: ["extra"], censor: "gone" } })
      .info({ extra: "e1", a: { jwt: "j1" } });
    expect(to.stdout.join("")).not.toMatch(/"(?:p1|t1|c1|s1|p2|s2|e1|j1)"/);
    expect(parsed(to.stdout)).toMatchObject([
      { password: "[Redacted]", user: { token: "[redacted]" }, card: "[Redacted]", message: "paid" },
      { user: { token: "[redacted]" }, extra: "gone", a: { jwt: "[redacted]" } },
    ]);
    expect(to.sink).toEqual(to.stdout);
  });

  it("makes a text that was logged as an error the message of one, as a store wants it", () => {
    const to = written();
    const pino = patched(to);
    pino().error({ error: "timeout" }, "failed");
    pino().error({ err: "timeout" }, "failed");
    pino({ messageKey: "text" }).error({ err: "timeout" }, "failed");
    for (const line of parsed(to.sink))
      expect(line).toMatchObject({ error: { message: "timeout" }, message: "failed" });
    expect(parsed(to.stdout)[2]).toMatchObject({ err: "timeout", text: "failed" });
  });

  it("keeps the name of the service where its bindings are formatted, as to get rid of pid and hostname", () => {
    const to = written();
    patched(to)({ formatters: { bindings: () => ({ team: "kitchen" }) } })
      .child({ table: 4 })
      .info("text");
    expect(parsed(to.sink)).toMatchObject([{ "service.name": "menu", team: "kitchen", table: 4, message: "text" }]);
  });

  it("writes the line of a mixin that throws, and says so in it", () => {
    const to = written();
    const pino = patched(to);
    const broken = (): object => {
      throw new TypeError("no user");
    };
    inSpan(() => pino({ mixin: broken }).info({ order: 7 }, "paid"));
    pino({ mixin: () => JSON.parse("null") }).info({ order: 8 }, "paid");
    expect(parsed(to.stdout)).toMatchObject([
      { order: 7, "trace.id": ids.traceId, "error.type": "TypeError", "error.message": "no user", message: "paid" },
      { order: 8, message: "paid" },
    ]);
  });

  it("is not hindered from throwing what is wrong with its options", () => {
    expect(() => patched(written())({ level: "loud" })).toThrow("loud");
  });

  it("is left as it is where the instrumentation of pino is switched off", async () => {
    const { readLoggerSettings } = await import("../../../packages/telemetry/src/settings/logger.ts");
    const off = readLoggerSettings({}, { OTEL_NODE_DISABLED_INSTRUMENTATIONS: "pino" }).settings;
    expect(off.patchesPino).toBe(false);
  });

  it("is refused where it is not pino", () => {
    expect(() => written().logging.patchPino({ pino: 1 })).toThrow("these are not the exports of pino");
  });
});
