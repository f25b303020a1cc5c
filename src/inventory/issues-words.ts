import { z } from "zod";
import { maskText } from "../diagnostics/mask.ts";
import { nearest } from "../diagnostics/nearest.ts";
import type { Path } from "../diagnostics/path.ts";
import { quoted } from "../diagnostics/visible.ts";
import { conversion, exampleHint, mapForms } from "./issues-hints.ts";
import { type Expected, numberBounds } from "./issues-schema.ts";

interface Words {
  readonly message: string;
  readonly hint: string | undefined;
}

/** What is wrong with a value, in one sentence with its key, and with the value itself unless it is `hidden`. */
export function sentence(
  issue: z.core.$ZodIssue,
  path: Path,
  value: unknown,
  expected: Expected,
  hidden: boolean,
): Words {
  const key = label(path);
  const is = hidden ? undefined : `${key} is ${shown(value)}`;
  switch (issue.code) {
    case "custom": {
      const hint: unknown = issue.params?.["hint"];
      return { message: customSentence(issue.message, key, is), hint: typeof hint === "string" ? hint : undefined };
    }
    case "too_big":
    case "too_small":
      return sized(issue, key, is, expected);
    case "invalid_value":
      return oneOf(key, is, issue.values.map(String), value);
    case "invalid_union": {
      if ("options" in issue && issue.options !== undefined) return oneOf(key, is, issue.options.map(String), value);
      const forms = mapForms(expected);
      const onlyForms =
        forms !== undefined && expected.alternatives.every((schema) => schema._zod.def.type === "object");
      const types = [...new Set(expected.alternatives.map(typeWords))].join(" or ");
      const wanted = onlyForms ? forms.words : (expected.description ?? (types || "something else"));
      const hint = (is === undefined ? undefined : conversion(key, value, expected)) ?? forms?.hint;
      return { message: mustBe(key, typed(key, is, value), wanted), hint: hint ?? exampleHint(key, expected) };
    }
    default: {
      if (issue.code !== "invalid_type")
        return {
          message: mustBe(key, is, expected.description ?? "of another form"),
          hint: exampleHint(key, expected),
        };
      if (/^(object|record|array)$/.test(issue.expected)) return collection(issue.expected, key, is, value, expected);
      if (/^(number|int)$/.test(issue.expected) && is !== undefined && isNumeric(value))
        return { message: `${key} is the text ${shown(value)}; it must be a number`, hint: withoutQuotes(key, value) };
      return {
        message: mustBe(key, is, expected.description ?? words(issue.expected)),
        hint: (is === undefined ? undefined : conversion(key, value, expected)) ?? exampleHint(key, expected),
      };
    }
  }
}

/** Where a map or a list is wanted: its description says what of, not what it is. */
function collection(type: string, key: string, is: string | undefined, value: unknown, expected: Expected): Words {
  const { description } = expected;
  const wanted = `${words(type)}${description === undefined ? "" : ` (${description})`}`;
  const message = mustBe(key, typed(key, is, value), wanted);
  if (value === null) return { message, hint: fillHint(type, key, expected) };
  if (type === "array" && is !== undefined && typeof value === "string")
    return { message, hint: `write it in brackets: ${key}: [${maskText(value)}]` };
  return { message, hint: exampleHint(key, expected) };
}

/** What to do with a key behind which nothing stands: an empty map or list only where that is right. */
function fillHint(type: string, key: string, { alternatives, examples: [example] }: Expected): string {
  if (typeof example === "object" && example !== null)
    return `write ${key}: { ${Object.entries(example)
      .map(([name, value]) => `${name}: ${value}`)
      .join(", ")} }`;
  const takes = (empty: unknown): boolean => alternatives.some((schema) => isRight(schema, empty));
  if (type === "array") return takes([]) ? `fill it, or write ${key}: []` : "fill it";
  if (takes({})) return `fill it, or write ${key}: {}`;
  const [form, ...others] = alternatives.filter((schema) => schema instanceof z.core.$ZodObject);
  const fields = form === undefined || others.length > 0 ? [] : Object.entries(form._zod.def.shape);
  const needed = fields.filter(([, field]) => !isRight(field, undefined)).map(([name]) => name);
  return needed.length === 0 ? "fill it" : `fill it: it needs ${needed.join(", ")}`;
}

function isRight(schema: z.core.$ZodType, value: unknown): boolean {
  return z.core.safeParse(schema, value, { jitless: true }).success;
}

function isNumeric(value: unknown): boolean {
  return typeof value === "string" && /^-?[0-9]+(\.[0-9]+)?$/.test(value);
}

function withoutQuotes(key: string, value: unknown): string {
  return `write it without quotes: ${key}: ${value}`;
}

function mustBe(key: string, is: string | undefined, wanted: string): string {
  return is === undefined ? `${key} must be ${wanted}` : `${is}; it must be ${wanted}`;
}

/** Where another type is wanted, a number is named by its type. */
function typed(key: string, is: string | undefined, value: unknown): string | undefined {
  return is !== undefined && typeof value === "number" ? `${key} is a number` : is;
}

/** The nearest candidate, else the only one that goes on from the name; for very short names only such. */
export function near(name: string, candidates: readonly string[]): string | undefined {
  const longer = candidates.filter((one) => one.startsWith(name.toLowerCase()));
  if (name.length < 3) return nearest(name, longer);
  return nearest(name, candidates) ?? (longer.length === 1 ? longer[0] : undefined);
}

/** How a place is called in a sentence: `port`, `hosts[0]`. */
export function label(path: Path): string {
  const last = path.findLastIndex((step) => typeof step === "string");
  if (last < 0) return "the inventory";
  const indexes = path.slice(last + 1).map((step) => `[${step}]`);
  return `${path[last]}${indexes.join("")}`;
}

/** A value as a sentence names it; collections by their type only. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  if (typeof value === "string") return value === "" ? "empty" : quoted(maskText(value));
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object") return Object.keys(value).length === 0 ? "an empty map" : "a map";
  return String(value);
}

function customSentence(message: string, key: string, is: string | undefined): string {
  if (message.startsWith("is not ") && is !== undefined) return `${is}, which ${message}`;
  return /^(is|has|must|needs|names|stands|does|holds)\b/.test(message) ? `${key} ${message}` : message;
}

function sized(
  issue: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall,
  key: string,
  is: string | undefined,
  expected: Expected,
): Words {
  const bound = issue.code === "too_big" ? issue.maximum : issue.minimum;
  if (issue.origin === "array" || issue.origin === "string") {
    const unit = issue.origin === "array" ? "entries" : "characters";
    if (issue.code === "too_small" && Number(bound) === 1) {
      const wanted = issue.origin === "array" ? "at least one entry" : "a text";
      return { message: `${key} is empty; it needs ${wanted}`, hint: exampleHint(key, expected) };
    }
    const wrong = issue.code === "too_big" ? `more than ${bound}` : `fewer than ${bound}`;
    return { message: `${key} has ${wrong} ${unit}`, hint: undefined };
  }
  const bounds = numberBounds(expected);
  const range =
    bounds !== undefined
      ? `not between ${bounds[0]} and ${bounds[1]}`
      : issue.code === "too_big"
        ? `${issue.inclusive === false ? "not less" : "more"} than ${bound}`
        : `${issue.inclusive === false ? "not more" : "less"} than ${bound}`;
  return {
    message: is === undefined ? `${key} is ${range}` : `${is}, which is ${range}`,
    hint: exampleHint(key, expected),
  };
}

function oneOf(key: string, is: string | undefined, options: readonly string[], value: unknown): Words {
  const [only] = options;
  const list = options.length === 1 ? `${only}` : `one of ${options.slice(0, 40).join(", ")}`;
  if (is !== undefined && options.length === 1 && isNumeric(value) && only === value)
    return {
      message: `${key} is the text ${shown(value)}; it must be the number ${only}`,
      hint: withoutQuotes(key, value),
    };
  const meant = typeof value === "string" ? near(value, options) : undefined;
  return { message: mustBe(key, is, list), hint: meant === undefined ? undefined : `write ${meant}` };
}

function typeWords(schema: z.core.$ZodType): string {
  return words(schema._zod.def.type);
}

function words(type: string): string {
  switch (type) {
    case "object":
    case "record":
      return "a map";
    case "array":
      return "a list";
    case "string":
      return "a text";
    case "number":
      return "a number";
    case "int":
      return "a whole number";
    case "boolean":
      return "true or false";
    default:
      return "of another type";
  }
}
