import { describe, expect, test } from "vitest";
import { locateFlaws } from "../../src/inventory/locate.ts";
import { readInventory } from "../../src/inventory/read.ts";

/** Text, and the first problem as `line:column message; hint`. */
const mistakes: readonly (readonly [string, string, string])[] = [
  ["a tab that indents a list", "a:\n\t- b\n", "2:1 a tab stands where YAML indents; indent with spaces"],
  ["a tab within braces", "a: {\tb: 1 }\n", "1:5 a tab stands between values; write a space instead"],
  [
    "a missing colon",
    "platform: x\nhosts\n  web1: {}\n",
    "2:1 this line has neither a key with a colon nor a dash; write it as key: value",
  ],
  [
    "a missing space after a colon",
    "a:\n  port:80\n  name: x\n",
    "2:7 a colon is not followed by a space; put a space after it, or quote the text",
  ],
  ["an open double quote", 'a: "abc\nb: 2\n', '1:4 a text in " is not closed; close it with "'],
  ["an open single quote", "x: don't\na: 'abc\nb: 2\n", "2:4 a text in ' is not closed; close it with '"],
  ["an open bracket", "a: [b, c\nd: 1\n", "1:4 [ is not closed; close it with ], and indent what stands between"],
  ["an open brace at the end", "a: { b: 1\n", "1:4 { is not closed; close it with }, and indent what stands between"],
  [
    "a missing comma",
    "a: { b: 1\n  c: 2 }\n",
    "2:4 a comma or the closing } is missing before this; { stands on line 1; put a comma between two entries, or close with }",
  ],
  ["the wrong bracket", "a: [b}\n", "1:6 [ is closed with }; write ]"],
  ["a bracket too many", "a: [b]]\n", "1:7 ] closes nothing; remove it"],
  [
    "a closing brace that is not indented",
    "a: {\n  b: 1\n}\n",
    "3:1 the closing } is not indented; indent it deeper than the key that the value belongs to",
  ],
  [
    "a second colon",
    "a: b: c\n",
    '1:5 a second colon stands in one line; quote a value that holds ": ", or begin a new line',
  ],
  [
    "too deep an indentation",
    "a:\n  b: 1\n    c: 2\n",
    "3:5 this line does not fit the lines above by its indentation; indent it as its siblings are",
  ],
  ["an at sign", "a: @b\n", "1:4 a text may not begin with @; put it in quotes"],
  ["a backtick", "a: `b`\n", "1:4 a text may not begin with `; put it in quotes"],
  [
    "a backslash in double quotes",
    'a: "\\d+"\n',
    "1:6 a backslash is followed by no known escape; double it, or quote with '…'",
  ],
];

describe("usual mistakes are explained where they were made", () => {
  test.each(mistakes)("%s", (_name, text, expected) => {
    const reading = readInventory(text);
    if (reading.ok) throw new Error("accepted");
    const [first] = locateFlaws(reading.text, reading.flaws, "i.yaml");
    expect(first?.code).toBe("yaml-syntax");
    expect(`${first?.line}:${first?.column} ${first?.message}; ${first?.hint}`).toBe(expected);
  });
});
