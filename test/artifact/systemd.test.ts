import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { printArguments, printEnvironmentFile } from "../../src/artifact/environment-file.ts";
import { printUnit, type Word } from "../../src/artifact/systemd.ts";
import { readCommand, readDirectives, readEnvironmentFile, readText, splitWords, valuesOf } from "./systemd-reader.ts";

/** Any text on one line without control characters, rich in what means something to systemd. */
const hostile = fc.oneof(
  fc.string({
    unit: fc.constantFrom(
      ..."%$\\\"'`;#=[]{}() \u00a0é😀&|<>*?~!@:-+/aZ0n".split(""),
      "$\u007bX}",
      "$$",
      "%%",
      "%d",
      "\\n",
    ),
    maxLength: 12,
  }),
  fc.string({ unit: "grapheme", maxLength: 20 }),
);
const printable = hostile.filter((text) => !/[\p{Cc}\p{Cs}]/u.test(text));
const values = { X: "never", d: "never", ARGS: "" };

function service(...directives: Parameters<typeof printUnit>[0][number]["directives"][number][]): string {
  return printUnit([{ name: "Service", directives }], ["header"]);
}

describe("a unit", () => {
  it("hands any words to the program as they are", () => {
    fc.assert(
      fc.property(fc.array(printable, { maxLength: 5 }), (words) => {
        const text = service(
          ["ExecStart", ""],
          ["ExecStart", { command: ["/bin/x", ...words] }],
          ["Restart", "always"],
        );
        const [line = "", ...more] = valuesOf([text], "Service.ExecStart");
        expect(more).toEqual([]);
        expect(readCommand(line, values)).toEqual(["/bin/x", ...words]);
        expect(valuesOf([text], "Service.Restart")).toEqual(["always"]);
      }),
      { numRuns: 10_000 },
    );
  });

  it("puts variables and specifiers where they belong, whatever stands around them", () => {
    fc.assert(
      fc.property(printable, printable, printable, (before, after, address) => {
        const command: readonly Word[] = [
          "/bin/x",
          { before, variable: "ADDRESS", after },
          { before, specifier: "d", after },
          { words: "ARGS" },
        ];
        const [line = ""] = valuesOf([service(["ExecStart", { command }])], "Service.ExecStart");
        const variables = { ADDRESS: address, ARGS: printArguments([after, "b"]) };
        // What a specifier gives may hold a dollar in no unit of ours: it is a path of systemd's own.
        expect(readCommand(line, variables, { d: "/run/credentials" })).toEqual([
          "/bin/x",
          `${before}${address}${after}`,
          `${before}/run/credentials${after}`,
          after,
          "b",
        ]);
      }),
      { numRuns: 2_000 },
    );
  });

  it("gives any text and any list back", () => {
    fc.assert(
      fc.property(printable, fc.array(printable, { maxLength: 4 }), (given, list) => {
        const text = given.trim().replace(/[\s\\]+$/, "");
        const unit = service(["Description", text], ["SupplementaryGroups", { list }], ["User", "x"]);
        expect(readDirectives(unit).map(([name]) => name)).toEqual([
          "Service.Description",
          "Service.SupplementaryGroups",
          "Service.User",
        ]);
        const [[, description = ""] = [], [, groups = ""] = []] = readDirectives(unit);
        expect(readText(description)).toBe(text);
        expect(splitWords(groups, true).map((word) => readText(word))).toEqual(list);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(["a\nUser=root", "a\rb", "a\u0000b", "a\u001bb", "\ud800"])("refuses %j rather than cut it", (text) => {
    expect(() => service(["Description", text])).toThrow("Description has a line break or a control character");
    expect(() => service(["ExecStart", { command: ["/bin/x", text] }])).toThrow("ExecStart has a line break");
    expect(() => service(["After", { list: [text] }])).toThrow("After has a line break");
  });

  it.each(["goes on\\", " a", "a "])("refuses %j, which systemd would join or trim", (text) => {
    expect(() => service(["Description", text])).toThrow("Description begins or ends with a blank");
  });

  it("leaves out sections without a directive", () => {
    const text = printUnit(
      [
        { name: "Unit", directives: [] },
        { name: "Service", directives: [["User", "x"]] },
      ],
      ["header"],
    );
    expect(text).toBe("# header\n\n[Service]\nUser=x\n");
  });
});

describe("an environment file", () => {
  it("gives any value back", () => {
    fc.assert(
      fc.property(printable, printable, (one, two) => {
        expect(readEnvironmentFile(printEnvironmentFile({ ONE: one, TWO: two }, ["header"]))).toEqual({
          ONE: one,
          TWO: two,
        });
      }),
      { numRuns: 10_000 },
    );
  });

  it("gives any arguments back through $ARGS", () => {
    fc.assert(
      fc.property(fc.array(printable, { maxLength: 5 }), (given) => {
        const variables = readEnvironmentFile(printEnvironmentFile({ ARGS: printArguments(given) }, []));
        expect(readCommand("/bin/x $ARGS", variables)).toEqual(["/bin/x", ...given]);
      }),
      { numRuns: 10_000 },
    );
  });

  it("refuses what systemd would leave out", () => {
    expect(() => printEnvironmentFile({ ARGS: "a\u001b[31m" }, [])).toThrow("ARGS has a control character");
  });
});
