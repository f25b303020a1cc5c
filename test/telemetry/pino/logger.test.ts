import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ids, inSpan, parsed, written } from "./logging.ts";

describe("a line of the library's logger", () => {
  it("is ECS, on stdout and in the sink alike", () => {
    const { logging, stdout, sink } = written();
    inSpan(() => logging.logger({ name: "orders" }).info({ order: 7 }, "paid %d", 3));
    expect(sink).toEqual(stdout);
    expect(stdout).toHaveLength(1);
    expect(stdout[0]?.endsWith("}\n")).toBe(true);
    const [line] = parsed(stdout);
    expect(line).toEqual({
      "@timestamp": expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      "log.level": "info",
      "log.logger": "orders",
      message: "paid 3",
      "ecs.version": "8.11.0",
      "service.name": "menu",
      "service.namespace": "meishi",
      "service.node.name": "menu-1:8080",
      "service.environment": "production",
      "host.name": "menu-1",
      "process.pid": 7,
      "event.dataset": "nodejs.app",
      "trace.id": ids.traceId,
      "span.id": ids.spanId,
      order: 7,
    });
    expect(Math.abs(Date.parse(String(line?.["@timestamp"])) - Date.now())).toBeLessThan(10_000);
  });

  it("has no ids where no span is at work", () => {
    const { logging, stdout } = written();
    logging.logger().info("alone");
    expect(parsed(stdout)[0]).not.toHaveProperty("trace.id");
  });

  it("shows an error with its type, message, stack and causes, however it was handed over", () => {
    const { logging, stdout } = written();
    const error = new TypeError("no table", { cause: new Error("connection refused") });
    const logger = logging.logger();
    logger.error(error);
    logger.error({ err: error }, "cannot order");
    logger.error({ error }, "cannot order");
    const lines = parsed(stdout);
    expect(lines.map(({ message }) => message)).toEqual(["no table", "cannot order", "cannot order"]);
    for (const line of lines) {
      expect(line["error"]).toMatchObject({ type: "TypeError", message: "no table" });
      expect(JSON.stringify(line["error"])).toContain("caused by: Error: connection refused");
      expect(line).not.toHaveProperty("err");
    }
  });

  it("keeps what the application chose: level, fields, formatters, serializers, a mixin, children", () => {
    const { logging, stdout } = written({ level: "debug" });
    const logger = logging.logger({
      base: { region: "hangzhou" },
      mixin: () => ({ "trace.id": "mine", shift: "night" }),
      formatters: { log: (fields) => ({ ...fields, formatted: true }) },
      serializers: { dish: (dish: unknown) => `«${String(dish)}»` },
    });
    inSpan(() => logger.child({ table: 4 }).debug({ dish: "baozi" }, "served"));
    logger.trace("too little");
    expect(parsed(stdout)).toEqual([
      expect.objectContaining({
        "log.level": "debug",
        "service.name": "menu",
        region: "hangzhou",
        "trace.id": "mine",
        "span.id": ids.spanId,
        shift: "night",
        formatted: true,
        dish: "«baozi»",
        table: 4,
      }),
    ]);
    expect(stdout[0]?.match(/"trace\.id"/g)).toHaveLength(1);
  });

  it("hides secrets at the top, in depth, in children and by the application's own paths", () => {
    const { logging, stdout } = written({ redactedFields: ["pinyin"] });
    const logger = logging.logger({ redact: ["card.number"] });
    logger.info({ password: "geheim", Authorization: "geheim", accessToken: "geheim", pinyin: "geheim" });
    logger.info({ request: { headers: { Cookie: "geheim", "set-cookie": ["geheim"], host: "here" } } });
    logger.info({ a: [{ b: { client_secret: { deep: ["geheim"] } } }], card: { number: "geheim", holder: "Lin" } });
    logger.child({ session: { token: "geheim" } }).info("child");
    logger.info({ toJSON: () => ({ password: "not shown as a field" }) });
    expect(stdout.join("")).not.toContain("geheim");
    expect(stdout.join("")).toContain('"host":"here"');
    expect(stdout.join("")).toContain('"holder":"Lin"');
    expect(parsed(stdout)).toHaveLength(5);
  });

  it("never throws into the application, whatever it is given", () => {
    const { logging, stdout } = written();
    const logger = logging.logger();
    const circular: Record<string, unknown> = {};
    circular["self"] = { circular };
    const fail = (): never => {
      throw new Error("looked at");
    };
    const hostile: readonly unknown[] = [
      circular,
      { big: 10n, deep: [{ big: 2n ** 70n }] },
      { when: new Date(Number.NaN) },
      { toJSON: fail },
      { inner: { toJSON: fail } },
      Object.defineProperty({}, "getter", { get: fail, enumerable: true }),
      { inner: Object.defineProperty({}, "getter", { get: fail, enumerable: true }) },
      new Proxy({}, { ownKeys: fail }),
      { err: new Proxy(new Error("x"), { get: fail }) },
      Object.assign(new Error("x"), { cause: circular }),
      Object.create(null),
      Symbol("s"),
      () => {},
      Number.NaN,
      "\ud800",
    ];
    for (const value of hostile) {
      expect(() => logger.info(value, "text")).not.toThrow();
      expect(() => logger.info({ value }, "text")).not.toThrow();
      expect(() => logger.child({ value })).not.toThrow();
      const values = ["%s %d %j %o", value, value, value, value];
      expect(() => Reflect.apply(logger.info, logger, values)).not.toThrow();
    }
    expect(parsed(stdout).length).toBeGreaterThanOrEqual(hostile.length * 3);
    for (const line of parsed(stdout)) expect(line).toHaveProperty("@timestamp");
  });

  it("is one line of JSON for any fields and any text", () => {
    const { logging, stdout } = written();
    const logger = logging.logger();
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (fields, text) => {
        const before = stdout.length;
        logger.info(fields, text);
        const line = stdout[before] ?? "";
        expect(stdout).toHaveLength(before + 1);
        expect(line.indexOf("\n")).toBe(line.length - 1);
        expect(() => JSON.parse(line)).not.toThrow();
      }),
    );
  });
});
