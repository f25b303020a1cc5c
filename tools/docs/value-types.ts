import { z } from "zod";
import * as values from "../../src/inventory/values.ts";
import type { Node } from "./schema-node.ts";
import { readSchema } from "./schema-node.ts";

/** Words for values with a grammar; what has none is called by its JSON type. */
const grammars = {
  name: values.name,
  duration: values.duration,
  size: values.size,
  path: values.absolutePath,
  "URL path": values.urlPath,
  "host name": values.hostname,
  "HOST:PORT": values.hostPort,
  URL: values.httpUrl,
  "mail address": values.email,
  identifier: values.identifier,
  version: values.versionNumber,
  address: values.address,
  "address/prefix": values.addressWithPrefix,
  "alert name": values.alertName,
} as const satisfies Readonly<Record<string, z.ZodType>>;

const known = Object.entries(grammars).map(([word, schema]) => ({
  word,
  node: readSchema(z.toJSONSchema(schema, { io: "input" })),
}));
const byPattern = new Map(known.map(({ word, node }) => [node.pattern, word]));
/** Names are the inventory's own; the schema's example of one would mislead. */
const byPatternOfName = known.find(({ word }) => word === "name")?.node.pattern;
/** Descriptions that say no more than the type does. */
const sayings = new Set(known.map(({ node }) => node.description));
const ratio = JSON.stringify(shapeOf(readSchema(z.toJSONSchema(values.ratio, { io: "input" }))));
const secret = JSON.stringify(shapeOf(readSchema(z.toJSONSchema(values.secret, { io: "input" }))));

/** What may be written for a value, in words. */
export function typeOf(node: Node): string {
  const shape = JSON.stringify(shapeOf(node));
  if (shape === secret) return "secret";
  if (shape === ratio) return "ratio";
  const choices = node.anyOf ?? node.oneOf;
  if (choices !== undefined) return [...new Set(choices.map(typeOf))].join(" or ");
  if (node.const !== undefined) return `\`${String(node.const)}\``;
  if (node.enum !== undefined) return node.enum.map((value) => `\`${String(value)}\``).join(" or ");
  if (node.type === "array") return node.items === undefined ? "list" : `list of ${typeOf(node.items)}`;
  if (node.type === "object")
    return typeof node.additionalProperties === "object" ? `map to ${typeOf(node.additionalProperties)}` : "map";
  if (node.pattern !== undefined) return byPattern.get(node.pattern) ?? "text";
  if (node.type === "integer" && node.minimum !== undefined && node.maximum !== undefined && node.maximum < 1e9)
    return `${node.minimum} to ${node.maximum}`;
  return node.type === "string" ? "text" : (node.type ?? "anything");
}

/** Whether a value is a secret by reference, whose own keys need no rows. */
export function isSecret(node: Node): boolean {
  return JSON.stringify(shapeOf(node)) === secret;
}

/** What the schema says of a value beyond its type; empty where it says nothing. */
export function meaningOf({ description, examples, pattern }: Node): string {
  if (description === undefined || sayings.has(description)) return "";
  const [example] = pattern === byPatternOfName ? [] : (examples ?? []);
  return typeof example === "string" || typeof example === "number"
    ? `${description}; for example \`${example}\``
    : description;
}

/** What decides about the form of a value, without its words. */
function shapeOf({ type, pattern, properties, anyOf, minimum, maximum }: Node): unknown {
  return {
    type,
    pattern,
    minimum,
    maximum,
    properties: properties && Object.entries(properties).map(([key, inner]) => [key, shapeOf(inner)]),
    anyOf: anyOf?.map(shapeOf),
  };
}
