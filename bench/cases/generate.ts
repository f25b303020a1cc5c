import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Bench, Case } from "../case.ts";
import { writeLarge } from "../inventory.ts";
import { type Command, measure } from "../measure.ts";
import { figuresOf, printTable } from "../table.ts";

/** The reference inventory, into an empty folder and into one that has it all already. */
export const generate: Case = {
  name: "generate",
  about: "generate of examples/meishi.yaml, into a fresh and into an unchanged folder",
  run: async (bench) => {
    const inventory = join(bench.root, "examples/meishi.yaml");
    const fresh = generateCommand(bench, "Meishi, fresh folder", { inventory, fresh: true });
    const unchanged = generateCommand(bench, "Meishi, unchanged folder", { inventory, fresh: false });
    const measured = await measure([fresh, unchanged], bench.runs);
    return printTable(
      "Generate",
      [
        { what: fresh.name, figures: figuresOf(measured, fresh.name), goal: { wallMs: 500 } },
        { what: unchanged.name, figures: figuresOf(measured, unchanged.name), against: fresh.name },
      ],
      bench,
    );
  },
};

/** How time and memory grow with the hosts. */
export const hosts: Case = {
  name: "hosts",
  about: "generate for 250 and 1,000 hosts (about 10 targets a host)",
  run: async (bench) => {
    const of = (count: number): Command =>
      generateCommand(bench, `${count} hosts`, { inventory: writeLarge(bench.folder, count), fresh: true });
    const [few, many] = [of(250), of(1000)];
    const measured = await measure([few, many], bench.runs);
    return printTable(
      "Hosts",
      [
        { what: few.name, figures: figuresOf(measured, few.name) },
        {
          what: many.name,
          figures: figuresOf(measured, many.name),
          against: few.name,
          goal: { wallMs: 1100, peakMiB: 500, atMostTimes: 5 },
        },
      ],
      bench,
    );
  },
};

/** `generate` as a whole process. */
export function generateCommand(
  { main, folder }: Bench,
  name: string,
  { inventory, fresh }: { readonly inventory: string; readonly fresh: boolean },
): Command {
  const output = join(folder, name.replaceAll(/\W+/g, "-"));
  return {
    name,
    argv: [process.execPath, main, "generate", "-i", inventory, "-o", output],
    ...(fresh && { before: () => rmSync(output, { recursive: true, force: true }) }),
  };
}
