import { describe, expect, it } from "vitest";
import { isFromThisMachine } from "../../../src/service/access/guard.ts";

function isLocal(headers: Readonly<Record<string, string>>, remoteAddress = "127.0.0.1"): boolean {
  const request = { headers: { host: "127.0.0.1:9740", ...headers }, socket: { remoteAddress } };
  return Reflect.apply(isFromThisMachine, undefined, [request]) === true;
}

describe("what comes from this machine", () => {
  it("comes over loopback, to an address or to localhost", () => {
    expect(isLocal({})).toBe(true);
    expect(isLocal({ host: "localhost" }, "::1")).toBe(true);
    expect(isLocal({}, "::ffff:127.0.0.1")).toBe(true);
    expect(isLocal({}, "192.0.2.1")).toBe(false);
    expect(isLocal({ host: "rebound.example" })).toBe(false);
  });

  it.each([
    ["a browser", ["origin", "sec-fetch-site"]],
    ["a proxy", ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"]],
  ])("is not what %s passes on", (_who, names) => {
    for (const name of names) expect([name, isLocal({ [name]: "x" })]).toEqual([name, false]);
  });
});
