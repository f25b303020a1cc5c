import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Advert, addressText, readAdvert } from "../../../src/io/vrrp/advert.ts";
import { readFrame } from "../../../src/io/vrrp/frame.ts";
import { advertFrame, advertFrame6 } from "./frames.ts";

describe("a frame with an advert", () => {
  it("is read with sender, priority, interval and addresses", () => {
    expect(read(advertFrame({ addresses: ["192.0.2.101", "192.0.2.100"] }))).toEqual({
      atMs: 5,
      vlans: [],
      family: 4,
      source: "192.0.2.11",
      destination: "224.0.0.18",
      version: 3,
      virtualRouterId: 51,
      priority: 254,
      intervalMs: 1000,
      addresses: ["192.0.2.100", "192.0.2.101"],
    });
  });

  it("is read in version 2, whose interval is in seconds and whose password is no address", () => {
    const advert = read(advertFrame({ version: 2, interval: 3, id: 7 }));
    expect(advert).toMatchObject({ version: 2, virtualRouterId: 7, intervalMs: 3000, addresses: ["192.0.2.100"] });
  });

  it("is read inside an authentication header", () => {
    expect(read(advertFrame({ version: 2, isAuthenticated: true }))).toMatchObject({ addresses: ["192.0.2.100"] });
  });

  it("is read with an interval below a second, and without the reserved bits above it", () => {
    expect(read(advertFrame({ interval: 0xf000 | 20 }))?.intervalMs).toBe(200);
  });

  it("keeps its VLAN tags, the outer one first", () => {
    expect(read(advertFrame({ vlans: [100, 4094] }))?.vlans).toEqual([100, 4094]);
  });

  it("is read over IPv6", () => {
    const frame = advertFrame6({
      source: "fe800000000000000000000000000011",
      addresses: ["20010db8000000000000000000000100"],
    });
    expect(read(frame)).toMatchObject({
      family: 6,
      source: "fe80::11",
      destination: "ff02::12",
      addresses: ["2001:db8::100"],
    });
  });
});

describe("what is no advert", () => {
  it("is left out: routed packets, other message types, the id 0, other protocols, addresses that are cut off", () => {
    const whole = advertFrame();
    const changed = (at: number, value: number): Buffer => {
      const copy = Buffer.from(whole);
      copy.writeUInt8(value, at);
      return copy;
    };
    expect(read(whole)).toBeDefined();
    expect(read(advertFrame({ timeToLive: 254 }))).toBeUndefined();
    expect(read(changed(34, 0x32))).toBeUndefined();
    expect(read(changed(34, 0x41))).toBeUndefined();
    expect(read(changed(35, 0))).toBeUndefined();
    expect(read(changed(37, 200))).toBeUndefined();
    expect(read(changed(23, 6))).toBeUndefined();
    expect(read(changed(20, 0x20))).toBeUndefined();
    expect(read(whole.subarray(0, 40))).toBeUndefined();
  });

  it("never throws, whatever the bytes are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void read(Buffer.from(bytes))),
      { numRuns: 2000 },
    );
  });

  it("never throws where a frame is cut anywhere or has one wrong byte", () => {
    const frames = [
      advertFrame({ addresses: ["192.0.2.1", "192.0.2.2"] }),
      advertFrame({ version: 2, vlans: [1, 2], isAuthenticated: true }),
      advertFrame6({ source: "0".repeat(32), addresses: ["f".repeat(32)] }),
    ];
    for (const frame of frames)
      for (let at = 0; at < frame.length; at++) {
        read(frame.subarray(0, at));
        for (const value of [0, 0x0f, 0x7f, 0xff]) {
          const broken = Buffer.from(frame);
          broken.writeUInt8(value, at);
          read(broken);
        }
      }
  });
});

describe("an address as text", () => {
  it("is short where it is IPv6", () => {
    const text = (digits: string): string => addressText(Buffer.from(digits, "hex"));
    expect(text("00000000000000000000000000000000")).toBe("::");
    expect(text("00000000000000000000000000000001")).toBe("::1");
    expect(text("fe800000000000000000000000000000")).toBe("fe80::");
    expect(text("20010db8000000010000000000000001")).toBe("2001:db8:0:1::1");
    expect(text("20010db8000100010001000100010001")).toBe("2001:db8:1:1:1:1:1:1");
    expect(text("20010db8000000010001000100010001")).toBe("2001:db8:0:1:1:1:1:1");
    expect(text("10001000000000001000000000000000")).toBe("1000:1000:0:0:1000::");
  });
});

function read(frame: Buffer): Advert | undefined {
  const carrier = readFrame(frame);
  return carrier && readAdvert(carrier, 5);
}
