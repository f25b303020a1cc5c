import { cut, isRecord } from "../json.ts";

/** A value of an attribute as JSON has it. 64-bit integers beyond what JSON's readers keep exactly are texts. */
export type AttributeValue = string | number | boolean | null | readonly AttributeValue[] | AttributeMap;
export interface AttributeMap {
  readonly [key: string]: AttributeValue;
}

const maxAttributes = 128;
const maxElements = 128;
const maxKey = 256;
const maxText = 8_192;
const maxDepth = 8;

/** Attributes of a span, an event or a resource, from OTLP's list of pairs. What is too long is cut, what is too much left out. */
export function attributesOf(list: unknown, depth = 0): AttributeMap {
  if (!Array.isArray(list)) return {};
  const pairs: [string, AttributeValue][] = [];
  for (const each of list.slice(0, maxAttributes)) {
    if (!isRecord(each) || typeof each["key"] !== "string") continue;
    pairs.push([cut(each["key"], maxKey), plainOf(each["value"], depth)]);
  }
  // Keys such as __proto__ become own keys this way.
  return Object.fromEntries(pairs);
}

/** The text of an attribute; undefined where it is none or empty. */
export function textOf(attributes: AttributeMap, ...keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
    if (typeof value === "string" && value !== "") return value;
    if (typeof value === "number") return String(value);
  }
  return undefined;
}

function plainOf(value: unknown, depth: number): AttributeValue {
  if (!isRecord(value) || depth > maxDepth) return null;
  const { stringValue, boolValue, intValue, doubleValue, arrayValue, kvlistValue, bytesValue } = value;
  if (typeof stringValue === "string") return cut(stringValue, maxText);
  if (typeof boolValue === "boolean") return boolValue;
  if (intValue !== undefined) return integerOf(intValue);
  // JSON has no other way to write these.
  if (typeof doubleValue === "string") return doubleValue;
  if (typeof doubleValue === "number") return Number.isFinite(doubleValue) ? doubleValue : String(doubleValue);
  if (isRecord(arrayValue)) {
    const { values } = arrayValue;
    return Array.isArray(values) ? values.slice(0, maxElements).map((each) => plainOf(each, depth + 1)) : [];
  }
  if (isRecord(kvlistValue)) return attributesOf(kvlistValue["values"], depth + 1);
  if (typeof bytesValue === "string") return cut(bytesValue, maxText);
  return null;
}

function integerOf(value: unknown): AttributeValue {
  if (typeof value === "bigint" || (typeof value === "string" && /^-?\d{1,19}$/.test(value))) {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (typeof value !== "number" || !Number.isInteger(value)) return null;
  return Number.isSafeInteger(value) ? value : String(BigInt(value));
}
