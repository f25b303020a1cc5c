import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { maskExcerpt } from "../../src/diagnostics/excerpt.ts";
import { mask, maskText, maskUrls } from "../../src/diagnostics/mask.ts";
import { isSecretKey, isSecretPath } from "../../src/diagnostics/secret-keys.ts";
import { quoted, visible } from "../../src/diagnostics/visible.ts";

describe("keys for secrets", () => {
  test.each([
    "password",
    "admin_password",
    "passwrd",
    "pasword",
    "passwd",
    "secret",
    "secert",
    "clientSecret",
    "token",
    "tokn",
    "api_key",
    "apiKey",
    "api-key",
    "private_key",
    "credential",
    "auth",
    "basic_auth",
    "passphrase",
    "PASSWORD",
  ])("%s is one", (key) => {
    expect(isSecretKey(key)).toBe(true);
  });

  test("the keys of the reference inventory that are none stay readable", () => {
    const text = readFileSync(new URL("../../examples/meishi.yaml", import.meta.url), "utf8");
    const keys = new Set(Array.from(text.matchAll(/([\w-]+):(?=\s)/g), (match) => match[1] ?? ""));
    expect([...keys].filter(isSecretKey).sort()).toEqual(["admin_password", "key", "password", "secret", "token"]);
  });

  test("what stands under such a key is secret, but for a reference", () => {
    expect(isSecretPath(["mysql", "password"])).toBe(true);
    expect(isSecretPath(["mysql", "password", 0])).toBe(true);
    expect(isSecretPath(["mysql", "password", "value"])).toBe(true);
    expect(isSecretPath(["mysql", "password", "env"])).toBe(false);
    expect(isSecretPath(["mysql", "password", "env", "x"])).toBe(true);
    expect(isSecretPath(["mysql", "port"])).toBe(false);
  });

  test("a service or host that is called like one holds no secret because of that", () => {
    expect(isSecretPath(["services", "auth", "port"])).toBe(false);
    expect(isSecretPath(["services", "auth", "hosts", "token", "port"])).toBe(false);
    expect(isSecretPath(["services", "auth"])).toBe(true);
    expect(isSecretPath(["services", "auth", "redis", "password"])).toBe(true);
  });
});

describe("values", () => {
  test.each([
    ["https://user:hunter2@host/x", `https://${mask}@host/x`],
    ["https://host/x?token=hunter2&a=b", `https://host/x?${mask}`],
    ["--password=hunter2 -v", `--password=${mask} -v`],
    ["--api-token hunter2", `--api-token ${mask}`],
    ["password hunter2", `password ${mask}`],
    ["user=x;password=hunter2;db=y", `user=x;password=${mask};db=y`],
    ["-----BEGIN PRIVATE KEY----- MIIE", mask],
    ["http://host:80/path", "http://host:80/path"],
    ["web-1", "web-1"],
  ])("%s is shown as %s", (value, shown) => {
    expect(maskText(value)).toBe(shown);
  });

  test("of sentences only URLs are masked", () => {
    expect(maskUrls("the password is https://a:b@c/?d")).toBe(`the password is https://${mask}@c/?${mask}`);
  });
});

describe("excerpt", () => {
  test("shows neither a secret nor its length, and keeps the caret in place", () => {
    const line = "  { password: hunter2, port: x }";
    const short = maskExcerpt(line, [29, 30], [[14, 21]]);
    expect(short.text).toBe(`  { password: ${mask}, port: x }`);
    expect(short.text.slice(short.start, short.start + short.width)).toBe("x");
    const long = maskExcerpt(line.replace("hunter2", "hunter2hunter2"), [36, 37], [[14, 28]]);
    expect(long).toEqual(short);
  });

  test("underlines the mask where the caret is under a secret", () => {
    const { text, start, width } = maskExcerpt("password: hunter2", [10, 17], [[10, 17]]);
    expect(text.slice(start, start + width)).toBe(mask);
  });

  test("writes tabs and control characters as escapes and moves the caret along", () => {
    const { text, start, width } = maskExcerpt("a:\t\u202eb\u0000", [4, 6], []);
    expect(text).toBe("a:\\t\\u202eb\\u0000");
    expect(text.slice(start, start + width)).toBe("b\\u0000");
  });

  test("cuts a long line around the caret", () => {
    const line = `${"a".repeat(100_000)} here ${"b".repeat(100_000)}`;
    const { text, start, width } = maskExcerpt(line, [100_001, 100_005], []);
    expect(text.length).toBeLessThanOrEqual(162);
    expect(text.slice(start, start + width)).toBe("here");
    expect(text.startsWith("…") && text.endsWith("…")).toBe(true);
  });

  test("shows the whole of a line of 160 columns", () => {
    const line = "x".repeat(160);
    expect(maskExcerpt(line, [0, 1], []).text).toBe(line);
  });
});

test("a quoted value is cut to 60 characters and holds no hidden character", () => {
  expect(quoted("x".repeat(100))).toBe(`"${"x".repeat(59)}…"`);
  expect(quoted("x".repeat(60))).toBe(`"${"x".repeat(60)}"`);
  expect(quoted('a"\u202e\u0000\n')).toBe('"a\\"\\u202e\\u0000\\n"');
  expect(visible("a\ud800b")).toBe("a\\ud800b");
});

describe("time grows with the length of a value, not faster", () => {
  test.each(["x", "-", "-pass", "-pw=", ":", "://a:", "://a?", "a=", "password ", "PRIVATE KEY", "-----BEGIN "])(
    "half a million characters of %j",
    (part) => {
      const text = part.repeat(500_000 / part.length);
      expect(maskText(text).length).toBeGreaterThan(0);
      expect(maskText(`://${text}`).length).toBeGreaterThan(0);
    },
  );
});
