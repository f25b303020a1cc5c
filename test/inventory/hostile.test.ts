import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { jsonProblem } from "../../src/diagnostics/json.ts";
import type { Diagnostic } from "../../src/diagnostics/problem.ts";
import { renderLine, renderPretty } from "../../src/diagnostics/render.ts";
import { problemsOf } from "../../src/inventory/issues.ts";
import { locate, locateFlaws } from "../../src/inventory/locate.ts";
import { readInventory } from "../../src/inventory/read.ts";
import { inventorySchema } from "../../src/inventory/schema/index.ts";

const reference = readFileSync(new URL("../../examples/meishi.yaml", import.meta.url), "utf8");
const kinds = Array.from(new Set(Array.from(reference.matchAll(/kind: ([a-z-]+)/g), (match) => match[1] ?? "")));
const schema = inventorySchema(kinds.map((id) => ({ id, title: id, settings: z.record(z.string(), z.unknown()) })));
const hidden = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

/** Everything that a person or a program would get to see, checked for hidden characters and impossible places. */
function show(text: string, diagnostics: readonly Diagnostic[]): void {
  const lines = text.split("\n").length;
  const wrong = diagnostics.flatMap((one) => {
    const placed = one.line >= 1 && one.line <= lines && one.column >= 1;
    const worded = one.message !== "" && !one.message.includes("{line}");
    const shown = [...renderPretty(one).split("\n"), renderLine(one), JSON.stringify(jsonProblem(one))];
    const clean = shown.every((line) => !hidden.test(line) && line.length < 2500);
    return placed && worded && clean ? [] : [one];
  });
  expect(wrong).toEqual([]);
}

function readAndShow(source: string | Uint8Array): void {
  const reading = readInventory(source);
  if (!reading.ok) show(reading.text, locateFlaws(reading.text, reading.flaws, "i.yaml"));
}

async function everything(source: string): Promise<readonly Diagnostic[]> {
  const reading = readInventory(source);
  if (!reading.ok) {
    readAndShow(source);
    return [];
  }
  const { error } = schema.safeParse(reading.value);
  const problems = problemsOf(error?.issues ?? [], reading.value, { schema });
  const diagnostics = await locate(reading.text, problems, "i.yaml");
  show(reading.text, diagnostics);
  return diagnostics;
}

describe("random garbage never crashes", () => {
  test("bytes", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), readAndShow), { numRuns: 10_000, seed: 1 });
  });

  test("text of any characters", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 80 }), readAndShow), { numRuns: 10_000, seed: 2 });
  });

  test("text of YAML's own characters", () => {
    const unit = fc.constantFrom(..."ab:-?,[]{}#&*!|>'\"%@` \n\t\r\\0");
    fc.assert(fc.property(fc.string({ unit, maxLength: 60 }), readAndShow), { numRuns: 10_000, seed: 3 });
  });

  test("values anywhere in an inventory", async () => {
    const json = fc.jsonValue({ maxDepth: 3 });
    const keys = fc.constantFrom(
      "version",
      "platform",
      "hosts",
      "services",
      "alerting",
      "virtual_ips",
      "labels",
      "x",
      "$;",
    );
    const inventories = fc.dictionary(keys, fc.oneof(json, fc.dictionary(fc.string({ maxLength: 5 }), json)), {
      maxKeys: 4,
    });
    await fc.assert(
      fc.asyncProperty(inventories, async (value) => {
        await everything(JSON.stringify(value));
      }),
      { numRuns: 500, seed: 4 },
    );
  });
});

test.each([
  ["comments after the end of a document", `a: 1\n...\n${"# ".repeat(50)}\nx`],
  ["blanks after a word without colon", `a: 1\nhosts${" ".repeat(1e6)}\n x: 1`],
  ["colons", `a: ${": ".repeat(1e6)}\n`],
  ["dashes", `${"-".repeat(1e6)}\n  a: 1\n x: 2`],
  ["quotes in a bracket", `a: [${'"'.repeat(1e6)}`],
  ["a word for secrets, many times", `${"password".repeat(1e5)}\n\t'`],
])("%s: a long text of these is refused without a search that never ends", (_name, text) => {
  expect(readInventory(text).ok).toBe(false);
  readAndShow(text);
});

describe("values that attack", () => {
  /** Items 15 and 16 of the list of faults; each value stands for many of its sort. */
  const cores = [
    '"; } location /x { return 200; }',
    "\n",
    "$host",
    "#",
    "\u0000",
    "{{ .Labels }}",
    "!",
    "\u202e",
    '"} or vector(1) #',
    "\\",
  ];
  const attacks = fc
    .tuple(fc.string({ maxLength: 6 }), fc.constantFrom(...cores), fc.string({ unit: "binary", maxLength: 6 }))
    .map((parts) => parts.join("").replace(/\p{Cs}/gu, ""));
  const base = "version: 1\nplatform: p\nhosts: { a: { address: 192.0.2.1, segment: s } }\n";

  test("in a field with a grammar are unsafe-value", () => {
    const check = (value: string): void => {
      const reading = readInventory(`${base}default_owner: ${JSON.stringify(value)}\n`);
      const { error } = schema.safeParse(reading.ok && reading.value);
      const found = problemsOf(error?.issues ?? [], reading.ok && reading.value, { schema });
      expect(found.map(({ code, path }) => [code, path])).toEqual([["unsafe-value", ["default_owner"]]]);
    };
    fc.assert(fc.property(attacks, check), { numRuns: 10_000, seed: 5 });
  });

  test("in such a field are shown at their place", async () => {
    await fc.assert(
      fc.asyncProperty(attacks, async (value) => {
        const [found] = await everything(`${base}default_owner: ${JSON.stringify(value)}\n`);
        expect(found).toMatchObject({ code: "unsafe-value", line: 4, column: 16 });
      }),
      { numRuns: 500, seed: 7 },
    );
  });

  test("as a name of a host or label are unsafe-value at the key", async () => {
    await fc.assert(
      fc.asyncProperty(attacks, async (value) => {
        const key = JSON.stringify(value);
        const found = await everything(`${base}labels: { ${key}: x }\nsegments: { ${key}: { cidr: 192.0.2.0/24 } }\n`);
        expect(found.map(({ code, line, column }) => [code, line, column])).toEqual([
          ["unsafe-value", 4, 11],
          ["unsafe-value", 5, 13],
        ]);
      }),
      { numRuns: 500, seed: 6 },
    );
  });

  test.each(["-oProxyCommand=x", "root;reboot", "../../etc/cron.d/x", "WEB1", "a..b", "a/b", ""])(
    "%j is no name of a host",
    async (host) => {
      const found = await everything(
        `version: 1\nplatform: p\nhosts: { ${JSON.stringify(host)}: { address: 192.0.2.1 } }\n`,
      );
      expect(found.map(({ code }) => code)).toEqual([host.includes(";") ? "unsafe-value" : "invalid-value"]);
    },
  );
});

test("the whole reference inventory is read, checked and without problems of form", async () => {
  expect((await everything(reference)).map(renderLine)).toEqual([]);
});
