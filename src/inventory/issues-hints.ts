import { z } from "zod";
import { maskText } from "../diagnostics/mask.ts";
import type { Expected } from "./issues-schema.ts";

/** How a scalar has to be written so that YAML reads it as text: `2.42` and `no` want quotes. */
export function written(example: string | number): string {
  const isText = typeof example === "string" && /^(?:[-+.]?\d[\d._]*|true|false|yes|no|on|off|null|~)$/i.test(example);
  return isText ? JSON.stringify(example) : String(example);
}

/** `write a duration, for example every: 15s`; undefined where nothing of the kind is known. */
export function exampleHint(key: string, { examples, description }: Expected): string | undefined {
  const [example] = examples;
  if (typeof example !== "string" && typeof example !== "number") return undefined;
  const what = description === undefined ? "" : `${description}, `;
  return `write ${what}for example ${keyed(key)}${written(example)}`;
}

/** What turns a value of another type into the one that is wanted, where a small edit does. */
export function conversion(key: string, value: unknown, { alternatives }: Expected): string | undefined {
  const takes = (other: unknown): boolean =>
    alternatives.some((schema) => z.core.safeParse(schema, other, { jitless: true }).success);
  if (typeof value === "string" && value !== "") {
    if (takes([value])) return `write it in brackets: ${keyed(key)}[${maskText(value)}]`;
    const meant = /^(?:yes|on)$/i.test(value) ? true : /^(?:no|off)$/i.test(value) ? false : undefined;
    if (meant !== undefined && takes(meant)) return `write ${keyed(key)}${meant}`;
  }
  // Of other numbers the text is not known: 1.10 has become 1.1.
  const isPlain = Number.isInteger(value) || typeof value === "boolean";
  return isPlain && takes(String(value)) ? `write it in quotes: ${keyed(key)}"${value}"` : undefined;
}

/** The forms of a value that may be one of several maps: `a map with one of env, file, host_file`. */
export function mapForms({ alternatives }: Expected): { readonly words: string; readonly hint: string } | undefined {
  const forms = alternatives.flatMap((schema) => {
    const keys = schema instanceof z.core.$ZodObject ? Object.entries(schema._zod.def.shape) : [];
    const needed = keys.filter(([, field]) => field._zod.optin !== "optional").map(([key]) => key);
    return needed.length === 0 ? [] : [needed];
  });
  if (forms.length < 2) return undefined;
  return {
    words: forms.every((keys) => keys.length === 1)
      ? `a map with one of ${forms.flat().join(", ")}`
      : forms.map((keys) => `a map with ${keys.join(" and ")}`).join(" or "),
    hint: `write ${forms.map((keys) => `{ ${keys.map((key) => `${key}: …`).join(", ")} }`).join(" or ")}`,
  };
}

/** An entry of a list has no key of its own to write. */
function keyed(key: string): string {
  return /\[\d+\]$/.test(key) ? "" : `${key}: `;
}
