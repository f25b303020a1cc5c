import { describe, expect, it } from "vitest";
import { type KeepalivedBlock, keepalivedWord, printKeepalived } from "../../src/artifact/keepalived-block.ts";
import { cores, hostileValues } from "../random/hostile.ts";
import { readKeepalived } from "./keepalived-reader.ts";

const source = ["virtual_ips", "web"];

describe("a keepalived config", () => {
  it("has a line for each statement, indented by its depth", () => {
    const { content } = printKeepalived(
      [
        { words: ["global_defs"], block: [{ words: ["vrrp_version", 3] }] },
        {
          words: ["vrrp_instance", "web"],
          block: [{ words: ["advert_int", 0.2] }, { words: ["unicast_peer"], block: [{ words: ["192.0.2.2"] }] }],
        },
      ],
      ["made for a test"],
    );
    expect(content).toBe(`# made for a test

global_defs {
    vrrp_version 3
}

vrrp_instance web {
    advert_int 0.2
    unicast_peer {
        192.0.2.2
    }
}
`);
  });

  it("knows where each line comes from, the innermost statement last", () => {
    const { origins, content } = printKeepalived(
      [
        {
          words: ["vrrp_instance", "web"],
          source,
          block: [
            { words: ["state", "BACKUP"] },
            { words: ["unicast_peer"], block: [{ words: ["192.0.2.2"], source: ["hosts", "b", "address"] }] },
          ],
        },
      ],
      ["made for a test"],
    );
    const of = (line: number): unknown => origins.findLast(({ from, to }) => from <= line && line <= to)?.source;
    const lines = content.split("\n");
    expect(lines.map((text, index) => [text.trim(), of(index + 1)])).toEqual([
      ["# made for a test", undefined],
      ["", undefined],
      ["vrrp_instance web {", source],
      ["state BACKUP", source],
      ["unicast_peer {", source],
      ["192.0.2.2", ["hosts", "b", "address"]],
      ["}", source],
      ["}", source],
      ["", undefined],
    ]);
  });

  it("holds no comment that a value could break out of", () => {
    const { content } = printKeepalived([], ["one\nvrrp_instance evil {"]);
    expect(readKeepalived(content)).toEqual([]);
  });

  it("is not left half open by a word that keepalived would read as something else", () => {
    for (const word of [
      "",
      " ",
      "a b",
      "{",
      "}",
      "#x",
      "!x",
      "$X",
      "~SEQ(1,2)",
      "@lb1",
      '"x"',
      "'",
      "\\",
      "a\n",
      "a\0",
    ])
      expect(() => keepalivedWord(word), JSON.stringify(word)).toThrow("is no word");
    expect(() => printKeepalived([{ words: ["include", "/etc/x"] }], [])).toThrow("include");
  });

  it("gives back each word that it takes, of more than 10,000 hostile ones", () => {
    const values = [...cores, ...hostileValues(10_000, 11), ...hostileValues(2_000, 12).map((value) => `lb${value}`)];
    let refused = 0;
    for (const value of values) {
      const blocks: readonly KeepalivedBlock[] = [
        { words: ["vrrp_instance", value], block: [{ words: ["interface", value, "x"] }] },
        { words: ["last"] },
      ];
      let content: string;
      try {
        ({ content } = printKeepalived(blocks, [value]));
      } catch {
        refused += 1;
        continue;
      }
      expect(readKeepalived(content)).toEqual([
        { words: ["vrrp_instance", value], block: [{ words: ["interface", value, "x"], block: undefined }] },
        { words: ["last"], block: undefined },
      ]);
    }
    expect(values.length).toBeGreaterThan(12_000);
    expect(refused).toBeGreaterThan(9_000);
    expect(values.length - refused).toBeGreaterThan(100);
  });
});
