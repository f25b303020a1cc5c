import { hashSync } from "bcryptjs";
import { afterAll, describe, expect, it } from "vitest";
import { checkPasswords } from "../../../src/service/access/passwords.ts";

const checker = checkPasswords(new URL("../../../src/service/access/password-worker.ts", import.meta.url));
const hash = hashSync("open sesame", 4);

afterAll(() => checker.end());

describe("the checker of passwords", () => {
  it("tells right from wrong, the first time and every other time", async () => {
    for (let round = 0; round < 3; round++) {
      expect(await checker.check("open sesame", hash)).toBe(true);
      expect(await checker.check("open barley", hash)).toBe(false);
    }
  });

  it("does not take a password for right because it is right for another hash", async () => {
    expect(await checker.check("open sesame", hashSync("another", 4))).toBe(false);
  });

  it("computes a password once for all that ask at the same time, and refuses a flood of different ones", async () => {
    const same = await Promise.all(Array.from({ length: 200 }, () => checker.check("the same", hash)));
    expect(new Set(same)).toEqual(new Set([false]));
    const different = await Promise.all(
      Array.from({ length: 200 }, (_, index) => checker.check(`guess ${index}`, hash)),
    );
    expect(different.filter((each) => each === undefined).length).toBeGreaterThan(100);
    expect(await checker.check("open sesame", hash)).toBe(true);
  });

  it("remembers right ones however many wrong ones come", async () => {
    for (let index = 0; index < 40; index++) await checker.check(`wrong ${index}`, hash);
    expect(await checker.check("open sesame", hash)).toBe(true);
  });
});
