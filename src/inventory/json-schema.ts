import { z } from "zod";

/**
 * JSON Schema (draft-07) of what may be written in an inventory, for editors. Made from the schema that validates;
 * what only code can check, such as references between sections, is not in it. With `shared`, what occurs several times
 * stands once under `definitions`: a fifth of the size, for files.
 * https://json-schema.org/draft-07/json-schema-release-notes
 */
export function inventoryJsonSchema(
  schema: z.ZodType,
  { shared = false }: { readonly shared?: boolean } = {},
): Readonly<Record<string, unknown>> {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    target: "draft-7",
    io: "input",
    unrepresentable: "any",
    cycles: "ref",
    reused: shared ? "ref" : "inline",
  });
  return {
    $schema,
    $id: "inventory.schema.json",
    title: "Stackwright inventory",
    description: "One environment: its hosts, what runs on them, and who is told when something is wrong.",
    ...rest,
  };
}
