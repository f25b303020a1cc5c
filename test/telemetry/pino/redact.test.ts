import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redactor } from "../../../packages/telemetry/src/logs/pino/redact.ts";

const secret = new Set(["password", "set-cookie", "token"]);
const redact = redactor(secret);

/** The same on the parsed value, the slow way. */
function hidden(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hidden);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, secret.has(key.toLowerCase()) ? "[redacted]" : hidden(inner)]),
  );
}

const key = fc.oneof(
  fc.constantFrom("password", "Password", "TOKEN", "set-cookie", "tokens", 'a"password', "\\", "x"),
  fc.string(),
);
const text = fc.oneof(fc.constantFrom('{"password":"x"}', '"token":', "\\", '\\"', "],}"), fc.string());
const json = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 5 }, text, fc.integer(), fc.boolean(), fc.constant(null), tie("list"), tie("object")),
  list: fc.array(tie("value"), { maxLength: 4 }),
  object: fc.dictionary(key, tie("value"), { maxKeys: 5, noNullPrototype: true }),
})).value;

describe("redaction in finished JSON", () => {
  it("does what redaction of the parsed value would do, and leaves the rest byte for byte", () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(redact(JSON.stringify(value))).toBe(JSON.stringify(hidden(value)));
      }),
      { numRuns: 2_000 },
    );
  });

  it("leaves text that merely quotes JSON", () => {
    const line = JSON.stringify({ message: '{"password":"x"} and "token":' });
    expect(redact(line)).toBe(line);
  });

  it("keeps numbers that JavaScript cannot hold", () => {
    expect(redact('{"id":12345678901234567890,"token":1}')).toBe('{"id":12345678901234567890,"token":"[redacted]"}');
  });

  it("ends on text that is cut off", () => {
    for (const cut of ['{"token":', '{"token":"a', '{"token":{"a":[1', '{"token":"\\'])
      expect(redact(cut)).toBe('{"token":"[redacted]"');
  });
});
