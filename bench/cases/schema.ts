import { kinds } from "../../src/catalog/index.ts";
import { inventorySchema } from "../../src/inventory/schema/index.ts";
import type { Bench, Case } from "../case.ts";
import { largeInventory, writeLarge } from "../inventory.ts";
import { measure, type Run } from "../measure.ts";
import { figures, figuresOf, printTable } from "../table.ts";

const count = 10_000;

/** The schema alone on a value in memory, warm; and `validate` as a whole process, which also reads and checks. */
export const schema: Case = {
  name: "schema",
  about: "the schema on 10,000 hosts in memory, and validate of them as a whole process",
  run: async (bench) => {
    const whole = largeInventory(count);
    const validate = {
      name: "validate, whole process",
      argv: [process.execPath, bench.main, "validate", "-i", writeLarge(bench.folder, count)],
    } as const;
    const measured = await measure([validate], bench.runs);
    return printTable(
      "Schema",
      [
        {
          what: "10,000 hosts without services, warm",
          figures: parse(bench, { ...whole, services: {}, virtual_ips: {}, alerting: undefined }),
          goal: { wallMs: 40 },
        },
        { what: "10,000 hosts with 7,000 services, warm", figures: parse(bench, whole) },
        { what: validate.name, figures: figuresOf(measured, validate.name) },
      ],
      bench,
    );
  },
};

function parse({ runs }: Bench, value: unknown): ReturnType<typeof figures> {
  const form = inventorySchema(kinds);
  const all: Run[] = [];
  const warmUp = 5;
  for (let round = -warmUp; round < runs; round++) {
    const start = performance.now();
    const { success, error } = form.safeParse(value);
    const wallMs = performance.now() - start;
    if (!success) return `the inventory is wrong: ${error.issues[0]?.message}`;
    if (round >= 0) all.push({ wallMs, cpuMs: undefined, peakMiB: undefined });
  }
  return figures(all);
}
