import { code, page, table } from "./markdown.ts";
import { type Node, readSchema } from "./schema-node.ts";
import { isSecret, meaningOf, typeOf } from "./value-types.ts";

/** Stands for a name that the inventory chooses. */
const placeholder = "NAME";

/** Every key of the inventory, from its JSON Schema. */
export function inventoryPage(schema: unknown): string {
  const root = readSchema(schema);
  const sections = Object.entries(root.properties ?? {});
  return page("The inventory", [
    "Every key that an inventory may have, from the definition that also validates it and makes `inventory.schema.json`. `NAME` stands for a name of your own, `[]` for the items of a list. *Needed* keys have no default. What the keys mean together, and the rules for names, labels and secrets, stands in [the contract](../contract.md).",
    valuesTable(),
    "## Top level",
    rowsTable(sections.flatMap(([key, node]) => [rowOf(key, node, root.required?.includes(key) === true)])),
    ...sections.filter(([key]) => key !== "services").flatMap(([key, node]) => sectionOf(key, node)),
    ...servicesOf(root.properties?.["services"]),
  ]);
}

function valuesTable(): string {
  return table(
    ["value", "is written as"],
    [
      ["name", "lower-case letters, digits and inner hyphens, at most 63 characters"],
      ["duration", "as in Prometheus: `15s`, `1h30m`, `7d`"],
      ["size", "`512MB`, `10GB`"],
      ["ratio", "`0.15` or `25%`"],
      ["secret", "`{ env: NAME }`, `{ file: PATH }` or `{ host_file: PATH }`, never the value"],
      ["version", 'a number in quotes: `"2.42"`'],
    ],
  );
}

function sectionOf(key: string, node: Node): readonly string[] {
  const rows = below(key, node);
  return rows.length === 0
    ? []
    : [`## ${key}`, ...(node.description === undefined ? [] : [`${sentence(node.description)}`]), rowsTable(rows)];
}

/** The keys that all kinds share once, then each kind's own under its name. */
function servicesOf(services: Node | undefined): readonly string[] {
  const kinds = typeof services?.additionalProperties === "object" ? (services.additionalProperties.oneOf ?? []) : [];
  const [first] = kinds;
  if (first === undefined) return [];
  const idOf = (kind: Node): string => String(kind.properties?.["kind"]?.const ?? "");
  const ids = kinds.map(idOf);
  const common = Object.entries(first.properties ?? {}).filter(([key]) => !ids.includes(key) && key !== "kind");
  const prefix = `services.${placeholder}`;
  return [
    "## services",
    `A service is one kind of software on some hosts. \`${prefix}.kind\` is one of ${ids.map(code).join(", ")}. All kinds have:`,
    rowsTable(
      common.flatMap(([key, node]) => [rowOf(`${prefix}.${key}`, node, false), ...below(`${prefix}.${key}`, node)]),
    ),
    ...kinds.flatMap((kind) => {
      const id = idOf(kind);
      const settings = kind.properties?.[id];
      const rows = settings === undefined ? [] : below(`${id}`, settings);
      return rows.length === 0 ? [] : [`### ${id}`, `${kind.description ?? id}; under \`${prefix}\`:`, rowsTable(rows)];
    }),
  ];
}

type Row = readonly [key: string, type: string, standard: string, meaning: string];

function rowsTable(rows: readonly Row[]): string {
  return table(["key", "type", "default", "meaning"], rows);
}

function rowOf(path: string, node: Node, required: boolean): Row {
  return [code(path), typeOf(node), required ? "needed" : defaultOf(node), meaningOf(node)];
}

/** Rows of everything that stands below a value. */
function below(path: string, node: Node): readonly Row[] {
  if (isSecret(node)) return [];
  const choices = node.anyOf ?? node.oneOf;
  if (choices !== undefined) return unique(choices.flatMap((choice) => below(path, choice)));
  if (node.items !== undefined) return below(`${path}[]`, node.items);
  if (typeof node.additionalProperties === "object") {
    const inner = node.additionalProperties;
    return below(`${path}.${placeholder}`, inner);
  }
  return Object.entries(node.properties ?? {}).flatMap(([key, inner]): readonly Row[] => [
    rowOf(`${path}.${key}`, inner, node.required?.includes(key) === true),
    ...below(`${path}.${key}`, inner),
  ]);
}

/** Forms of one value that share keys give each key once. */
function unique(rows: readonly Row[]): readonly Row[] {
  return [...new Map(rows.map((row) => [row[0], row])).values()];
}

function defaultOf(node: Node): string {
  if (node.default === undefined) return "";
  const text = JSON.stringify(node.default);
  if (text === "{}" || text === "[]") return "none";
  if (typeof node.default === "object" && node.default !== null && !Array.isArray(node.default)) return "as below";
  return code(typeof node.default === "string" ? node.default : text);
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
