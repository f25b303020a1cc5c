import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isAlias, isMap, isScalar, isSeq, visit } from "yaml";
import { parsePlaced } from "../../src/inventory/locate-document.ts";
import { readInventory } from "../../src/inventory/read.ts";

const reference = readFileSync(new URL("../../examples/meishi.yaml", import.meta.url), "utf8").split("\n");

/** What YAML is made of, so that random texts are often nearly YAML. */
const fragments = [
  ..."ab{}[],:-#'\"|>&*!?%@`~\\=+ \t\n",
  ..."é名\u2028\u0085\ufeff",
  ...["b: ", "- ", "\n  ", "\n    ", " # c", "|\n", ">-\n", "|2\n", "&a ", "*a", "!!str ", "!!int ", "!!map ", "!x "],
  ...["---\n", "...\n", "? ", "<<: ", "\r\n", "010", "0x1", "no", "1:30", "null", ".5", "-.inf", "1e3", "''", '""'],
];
const soup = fc.array(fc.constantFrom(...fragments), { minLength: 1, maxLength: 14 }).map((parts) => parts.join(""));

/** A few lines of the reference inventory, moved to the margin, with some characters replaced. */
const mutated = fc
  .record({
    start: fc.nat(reference.length - 2),
    count: fc.integer({ min: 1, max: 8 }),
    edits: fc.array(fc.tuple(fc.nat(400), fc.nat(3), fc.constantFrom("", ...fragments)), { maxLength: 3 }),
  })
  .map(({ start, count, edits }) => {
    const lines = reference.slice(start, start + count);
    const margin = /^ */.exec(lines[0] ?? "")?.[0].length ?? 0;
    let text = lines.map((line) => line.slice(Math.min(margin, line.search(/[^ ]|$/)))).join("\n");
    for (const [at, remove, insert] of edits) {
      const index = at % (text.length + 1);
      text = text.slice(0, index) + insert + text.slice(index + remove);
    }
    return text;
  });

/** Block and flow maps and lists with scalars of every style. */
const scalar = fc.constantFrom(
  "x",
  "'y z'",
  '"\\u00e9"',
  "12",
  "~",
  "",
  "no",
  "1:30",
  "|\n      text",
  "a b",
  "&q v",
  "*q",
);
const entries = fc.array(fc.tuple(fc.constantFrom("a", "b", "'c'", '"d e"', "f-g", "10"), scalar), { maxLength: 4 });
const structured = fc
  .array(fc.tuple(fc.constantFrom("k", "l", "m", "n"), fc.nat(2), entries), { maxLength: 4 })
  .map((sections) =>
    sections
      .map(([key, style, pairs]) => {
        if (style === 0) return `${key}:\n${pairs.map(([name, value]) => `  ${name}: ${value}\n`).join("")}`;
        if (style === 1) return `${key}: { ${pairs.map(([name, value]) => `${name}: ${value}`).join(", ")} }\n`;
        return `${key}:\n${pairs.map(([name, value]) => `  - ${name}: ${value}\n`).join("")}`;
      })
      .join(""),
  );

type Other = { readonly ok: true; readonly value: string } | { readonly ok: false };

/** What `yaml` says: errors, warnings, aliases that lead nowhere and a root that is no map are refusals. */
function other(text: string): Other {
  const document = parsePlaced(text);
  if (document.errors.length > 0 || document.warnings.length > 0 || !isMap(document.contents)) return { ok: false };
  // js-yaml takes a number beyond the range of a double for a text.
  visit(document, {
    Scalar: (_key, node) => {
      if (typeof node.value === "number" && !Number.isFinite(node.value) && /\d/.test(node.source ?? "")) {
        node.value = node.source;
      }
    },
  });
  try {
    return { ok: true, value: JSON.stringify(document.toJS({ maxAliasCount: -1 })) };
  } catch {
    return { ok: false };
  }
}

/** Flaws by which an inventory is stricter than YAML. */
const stricter =
  /character U\+|carriage return|tab|blanks before a marker|end of a document|empty|single value|a list;|merge keys|key is a map|no key before|tag|directive|second document|stands twice|__proto__|closing [\]}] is not indented|more than/;
/**
 * Where js-yaml is stricter than `yaml`: explicit keys, a colon on a line of its own, a list or map as a key, text
 * right after a closing quote.
 */
const lenient = /\?\s|^\s*:(\s|$)|[}\]]\s*:|(["'])\S*\2\S/m;

function agree(text: string): void {
  const reading = readInventory(text);
  if (reading.ok) {
    expect(other(reading.text)).toEqual({ ok: true, value: JSON.stringify(reading.value) });
  } else if (!lenient.test(text) && !reading.flaws.some((flaw) => stricter.test(flaw.message))) {
    expect(other(reading.text)).toEqual({ ok: false });
  }
}

describe("both parsers accept and refuse the same", () => {
  test("random pieces of YAML", () => {
    fc.assert(fc.property(soup, agree), { numRuns: 10_000, seed: 1 });
  });

  test("pieces of the reference inventory with mistakes", () => {
    fc.assert(fc.property(mutated, agree), { numRuns: 10_000, seed: 1 });
  });

  test("well-formed maps and lists", () => {
    fc.assert(fc.property(structured, agree), { numRuns: 3_000, seed: 3 });
  });

  test("the whole reference inventory", () => {
    agree(reference.join("\n"));
    agree(reference.join("\r\n"));
  });

  test("the generators reach both verdicts", () => {
    const verdicts = [soup, mutated, structured].map((generator) => {
      const texts = fc.sample(generator, { numRuns: 500, seed: 4 });
      return texts.filter((text) => readInventory(text).ok).length;
    });
    for (const accepted of verdicts) {
      expect(accepted).toBeGreaterThan(5);
      expect(accepted).toBeLessThan(490);
    }
  });
});

test("every node of a placed document knows its range", () => {
  const document = parsePlaced(reference.join("\n"));
  let nodes = 0;
  visit(document, (_key, node) => {
    if (!isMap(node) && !isSeq(node) && !isScalar(node) && !isAlias(node)) return;
    nodes++;
    expect(node.range?.[0]).toBeTypeOf("number");
  });
  expect(nodes).toBeGreaterThan(1000);
});
