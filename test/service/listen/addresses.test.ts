import { describe, expect, it } from "vitest";
import {
  isLocal,
  parseListenAddress,
  printListenAddress,
  withLoopback,
} from "../../../src/service/listen/addresses.ts";

const parsed = (text: string) => {
  const address = parseListenAddress(text);
  if (address === undefined) throw new Error(`${text} is no address`);
  return address;
};

describe("an address to listen on", () => {
  it.each([
    ["127.0.0.1:9740", "127.0.0.1", 9740],
    [":9740", undefined, 9740],
    ["[::1]:80", "::1", 80],
    ["mon1.example.org:0", "mon1.example.org", 0],
  ])("%s is read and printed again", (text, host, port) => {
    expect(parsed(text)).toEqual({ host, port });
    expect(printListenAddress(parsed(text))).toBe(text);
  });

  it.each(["", "9740", "127.0.0.1", "::1:9740", "a:70000", "a:-1", "http://a:80", "a:80/x", "a b:80"])(
    "%s is none",
    (text) => {
      expect(parseListenAddress(text)).toBeUndefined();
    },
  );

  it.each([
    ["127.0.0.1:1", true],
    ["127.9.9.9:1", true],
    ["[::1]:1", true],
    ["localhost:1", true],
    [":1", false],
    ["0.0.0.0:1", false],
    ["[::]:1", false],
    ["10.0.0.1:1", false],
    ["127.0.0.1.example.org:1", false],
  ])("%s is for this machine only: %s", (text, local) => {
    expect(isLocal(parsed(text))).toBe(local);
  });

  it("gets 127.0.0.1 beside it where it does not cover that, for the bridge", () => {
    const listened = (texts: readonly string[]) => withLoopback(texts.map(parsed)).map(printListenAddress);
    expect(listened(["10.0.0.1:9740"])).toEqual(["10.0.0.1:9740", "127.0.0.1:9740"]);
    expect(listened(["[::1]:9740"])).toEqual(["[::1]:9740", "127.0.0.1:9740"]);
    for (const covering of [":9740", "0.0.0.0:9740", "[::]:9740", "127.0.0.1:9740"])
      expect(listened([covering])).toEqual([covering]);
    expect(listened(["10.0.0.1:9740", "127.0.0.1:9740"])).toEqual(["10.0.0.1:9740", "127.0.0.1:9740"]);
  });
});
