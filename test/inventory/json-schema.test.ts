import { describe, expect, test } from "vitest";
import { z } from "zod";
import { inventoryJsonSchema } from "../../src/inventory/json-schema.ts";
import { inventorySchema } from "../../src/inventory/schema/index.ts";

const settings = z.strictObject({ max_connections: z.int().min(1).default(100).meta({ description: "at once" }) });
const schema = inventoryJsonSchema(inventorySchema([{ id: "mysql", title: "MySQL", settings }]));

function at(...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
    schema,
  );
}

/** Every sub-schema with its place. */
function subschemas(value: unknown, path: string): readonly (readonly [string, object])[] {
  if (typeof value !== "object" || value === null) return [];
  const here: (readonly [string, object])[] = [[path, value]];
  for (const [key, below] of Object.entries(value)) {
    if (["properties", "definitions"].includes(key) && typeof below === "object" && below !== null) {
      for (const [name, sub] of Object.entries(below)) here.push(...subschemas(sub, `${path}/${key}/${name}`));
    } else if (["items", "additionalProperties", "propertyNames", "not"].includes(key)) {
      here.push(...subschemas(below, `${path}/${key}`));
    } else if (["anyOf", "oneOf", "allOf"].includes(key) && Array.isArray(below)) {
      for (const [index, sub] of below.entries()) here.push(...subschemas(sub, `${path}/${key}/${index}`));
    }
  }
  return here;
}

/** Keywords of draft-07. https://json-schema.org/draft-07/json-schema-validation */
const keywords = new Set(
  "$schema $id $ref $comment title description default examples readOnly type enum const multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern items additionalItems maxItems minItems uniqueItems contains maxProperties minProperties required properties patternProperties additionalProperties dependencies propertyNames if then else allOf anyOf oneOf not format definitions".split(
    " ",
  ),
);

describe("the JSON Schema of the inventory", () => {
  test("is draft-07 with a name", () => {
    expect(schema).toMatchObject({
      $schema: "http://json-schema.org/draft-07/schema#",
      $id: "inventory.schema.json",
      title: "Stackwright inventory",
      type: "object",
      additionalProperties: false,
    });
  });

  test("uses keywords of draft-07 only, each as that draft has it", () => {
    const types = new Set(["null", "boolean", "object", "array", "number", "integer", "string"]);
    const all = subschemas(schema, "#");
    expect(all.length).toBeGreaterThan(100);
    for (const [path, sub] of all) {
      for (const [key, value] of Object.entries(sub)) {
        expect(keywords.has(key) ? "" : `${path}: ${key}`).toBe("");
        if (key === "type") expect([value].flat().every((one) => types.has(one))).toBe(true);
        if (key === "required" || key === "enum" || key === "anyOf" || key === "oneOf") {
          expect(Array.isArray(value) && value.length > 0).toBe(true);
        }
        if (key === "pattern") expect(() => new RegExp(String(value), "u")).not.toThrow();
        if (key === "exclusiveMinimum" || key === "exclusiveMaximum") expect(value).toBeTypeOf("number");
      }
    }
  });

  test("asks for what has no default, and for nothing else", () => {
    expect(at("required")).toEqual(["version", "platform", "hosts"]);
  });

  test("is about what is written, before ratios and secrets are turned into something else", () => {
    const found = JSON.stringify(at("properties", "alerting"));
    expect(found).toContain('"env"');
    expect(found).not.toContain('"const":"host_file"');
  });

  test("describes sections, keys and settings of kinds", () => {
    const services = JSON.stringify(at("properties", "services"));
    expect(services).toContain("at once");
    expect(services).toContain("requests per second at the peak");
    expect(at("properties", "platform", "description")).toBeTypeOf("string");
    const described = subschemas(schema, "#").filter(([, sub]) => "description" in sub);
    expect(described.length).toBeGreaterThan(50);
  });

  test("holds values that JSON can hold", () => {
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
  });
});
