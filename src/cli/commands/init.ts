import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { kinds } from "../../catalog/index.ts";
import { inventoryJsonSchema } from "../../inventory/json-schema.ts";
import { inventorySchema } from "../../inventory/schema/index.ts";
import { type ExitCode, exit } from "../exit.ts";
import { say } from "../output.ts";
import { starter } from "../starter.ts";

/** Writes the starter inventory and the JSON Schema that its first line names. Nothing is overwritten. */
export function init(file: string): ExitCode {
  const schemaFile = join(dirname(file), "inventory.schema.json");
  if (existsSync(file)) {
    say(`stackwright: ${file} is there already; name another file, or remove it`);
    return exit.problem;
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, starter, { flag: "wx" });
  writeFileSync(
    schemaFile,
    `${JSON.stringify(inventoryJsonSchema(inventorySchema(kinds), { shared: true }), undefined, 2)}\n`,
  );
  say(`wrote ${file} and ${schemaFile}; next: stackwright validate -i ${file}`);
  return exit.ok;
}
