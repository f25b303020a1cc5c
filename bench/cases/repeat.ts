import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Case } from "../case.ts";
import { writeLarge } from "../inventory.ts";
import { measure } from "../measure.ts";
import { generateCommand } from "./generate.ts";

/** Whether two runs write the same bytes. */
export const repeat: Case = {
  name: "repeat",
  about: "two runs, byte for byte",
  run: async (bench) => {
    const inventories = [join(bench.root, "examples/meishi.yaml"), writeLarge(bench.folder, 1000)];
    const lines: string[] = [];
    for (const [at, inventory] of inventories.entries()) {
      const commands = ["first", "second"].map((word) =>
        generateCommand(bench, `repeat ${at} ${word}`, { inventory, fresh: true }),
      );
      const measured = await measure(commands, 1);
      const failed = [...measured.values()].find((runs) => typeof runs === "string");
      const [one, other] = commands.map(({ argv }) => treeOf(argv.at(-1) ?? ""));
      const equal = one !== undefined && other !== undefined && one.size > 1 && isSame(one, other);
      lines.push(`${inventory}: ${failed ?? `${one?.size} files, ${equal ? "equal" : "DIFFERENT"}`}`);
    }
    return ["## Repeat", "", ...lines, ""].join("\n");
  },
};

function isSame(one: ReadonlyMap<string, Buffer>, other: ReadonlyMap<string, Buffer>): boolean {
  return one.size === other.size && [...one].every(([path, bytes]) => other.get(path)?.equals(bytes) === true);
}

/** The files of a tree by path, without the folder for work in progress. */
function treeOf(root: string): ReadonlyMap<string, Buffer> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  return new Map(
    entries
      .filter((entry) => entry.isFile() && !entry.parentPath.includes(".stackwright"))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(root.length), readFileSync(path)]),
  );
}
