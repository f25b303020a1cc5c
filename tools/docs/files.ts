import { readFileSync } from "node:fs";
import { kinds } from "../../src/catalog/index.ts";
import { inventoryJsonSchema } from "../../src/inventory/json-schema.ts";
import { inventorySchema } from "../../src/inventory/schema/index.ts";
import { alertsPage } from "./alerts.ts";
import { commandsPage } from "./commands.ts";
import { inventoryPage } from "./inventory.ts";
import { kindsPage, kindsTable } from "./kinds.ts";
import { problemsPage } from "./problems.ts";

/** Every generated file of the documentation with its content, by its path from the project's root. */
export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  const whole = inventorySchema(kinds);
  return new Map([
    ["docs/reference/alerts.md", alertsPage()],
    ["docs/reference/commands.md", commandsPage()],
    ["docs/reference/inventory.md", inventoryPage(inventoryJsonSchema(whole))],
    ["docs/reference/kinds.md", kindsPage()],
    ["docs/reference/problems.md", await problemsPage()],
    ["inventory.schema.json", `${JSON.stringify(inventoryJsonSchema(whole, { shared: true }), undefined, 2)}\n`],
    ["README.md", readme()],
  ]);
}

const marked = /(<!-- kinds: written by `npm run docs` -->\n)[\s\S]*?(<!-- end of kinds -->)/;

/** The README as it stands, with its one generated part brought up to date. */
function readme(): string {
  const text = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  if (!marked.test(text)) throw new Error("README.md has lost the place of the table of kinds");
  return text.replace(marked, (_, head: string, tail: string) => `${head}\n${kindsTable("")}\n\n${tail}`);
}
