import { kinds } from "../../src/catalog/index.ts";
import type { Diagnostic } from "../../src/diagnostics/problem.ts";
import { locate, locateFlaws } from "../../src/inventory/locate.ts";
import { readInventory } from "../../src/inventory/read.ts";
import { compile } from "../../src/model/compile.ts";

/** An inventory with what its last lines say: what is reported, with the hint, and the edit that the hint asks for. */
export interface ProblemCase {
  readonly text: string;
  readonly expected: string;
  readonly hint: string;
  readonly edits: readonly string[];
}

/** Reads a case that ends in the lines `# LINE:COLUMN SEVERITY CODE`, `# hint TEXT` and `# fix OLD => NEW`. */
export function readCase(text: string): ProblemCase {
  const lines = text.split("\n");
  const all = (pattern: RegExp): readonly string[] =>
    lines.flatMap((line) => {
      const found = pattern.exec(line)?.[1];
      return found === undefined ? [] : [found];
    });
  return {
    text,
    expected: all(/^# ([0-9]+:[0-9]+ .*)$/).join("\n"),
    hint: all(/^# hint (.*)$/).join("\n"),
    edits: all(/^# fix (.*? =>.*)$/),
  };
}

/** Everything that is reported about an inventory, in file order. */
export async function problemsIn(text: string): Promise<readonly Diagnostic[]> {
  const reading = readInventory(text);
  if (!reading.ok) return locateFlaws(reading.text, reading.flaws, "inventory.yaml");
  return locate(reading.text, compile(reading.value, kinds).problems, "inventory.yaml");
}

/** Applies `OLD => NEW` edits; ⏎ stands for a line break. What is replaced stands once in the inventory. */
export function edited(text: string, edits: readonly string[]): string {
  const [inventory = "", expectations = ""] = text.split(/^(?=# [0-9]+:[0-9]+ )/m);
  const result = edits.reduce((rest, edit) => {
    const [old = "", replacement] = edit.replaceAll("⏎", "\n").split(/ =>(?: |$)/);
    if (replacement === undefined || rest.split(old).length !== 2)
      throw new Error(`"${edit}" does not fit: what it replaces has to stand once`);
    return rest.replace(old, () => replacement);
  }, inventory);
  return result + expectations;
}
