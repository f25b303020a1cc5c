import fc from "fast-check";
import { expect, test } from "vitest";
import { concealer } from "../../../src/service/notify/conceal.ts";

test("a secret that a gateway repeats is masked, plain or encoded, whole or in its parts", () => {
  const conceal = concealer(["https://us3rname:p%3Assword@x.example/hooks/abc-def?key=k%2Fey-value", "SEC+secret/="]);
  for (const text of [
    "https://us3rname:p%3Assword@x.example/hooks/abc-def?key=k%2Fey-value",
    "no path /hooks/abc-def here",
    "no key k/ey-value",
    "no key k%2Fey-value",
    "SEC+secret/=",
    encodeURIComponent("SEC+secret/="),
    Buffer.from("SEC+secret/=").toString("base64"),
    "user p:ssword",
  ]) {
    const shown = conceal(`the gateway says: ${text}.`);
    expect(shown).toContain("********");
    for (const part of ["abc-def", "ey-value", "SEC", "ssword", "U0VD"]) expect(shown).not.toContain(part);
  }
});

test("whatever the secret and the text, the secret is not in what comes out, which is short and of one line", () => {
  const secrets = fc
    .string({ minLength: 6, maxLength: 40, unit: "binary" })
    .filter((text) => text.trim() === text && !text.includes("*"));
  fc.assert(
    fc.property(secrets, fc.string({ maxLength: 50 }), fc.string({ maxLength: 400 }), (secret, before, after) => {
      const shown = concealer([secret])(`${before}${secret}${after}`);
      expect(shown).not.toContain(secret);
      expect(shown).not.toMatch(/[\p{Cc}\u202e]/u);
    }),
  );
});
