import { isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contains, joinHostPort, parseIp, parseNetwork } from "../../src/model/ip.ts";

describe("IP addresses", () => {
  it("are accepted and refused as Node does", () => {
    const text = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.string({ unit: fc.constantFrom(..."0123456789abcf:.g"), maxLength: 20 }),
      fc.tuple(fc.ipV6(), fc.nat(3)).map(([ip, cut]) => ip.slice(cut)),
    );
    fc.assert(
      fc.property(text, (candidate) => {
        expect(parseIp(candidate)?.family ?? 0).toBe(isIP(candidate));
      }),
      { numRuns: 5000 },
    );
  });

  it("are equal however they are written", () => {
    expect(parseIp("2001:DB8:0:0::1")).toEqual(parseIp("2001:db8::0001"));
    expect(parseIp("::ffff:192.0.2.1")).toEqual(parseIp("::ffff:c000:201"));
  });

  it("lie in their network and in no other", () => {
    const inside = (cidr: string, text: string): boolean => {
      const [network, ip] = [parseNetwork(cidr), parseIp(text)];
      if (network === undefined || ip === undefined) throw new Error("no address");
      return contains(network, ip);
    };
    expect(inside("192.0.2.0/24", "192.0.2.255")).toBe(true);
    expect(inside("192.0.2.0/25", "192.0.2.128")).toBe(false);
    expect(inside("2001:db8::/32", "2001:db8:ffff::1")).toBe(true);
    expect(inside("0.0.0.0/0", "::1")).toBe(false);
    expect(parseNetwork("192.0.2.0/33")).toBeUndefined();
    expect(parseNetwork("192.0.2.0/")).toBeUndefined();
  });

  it("stand in brackets before a port where they have colons", () => {
    expect([joinHostPort("::1", 80), joinHostPort("192.0.2.1", 80)]).toEqual(["[::1]:80", "192.0.2.1:80"]);
  });
});
