import { isRecord } from "../json.ts";

/**
 * A field of a document by its dotted name. `{"log.level": …}`, `{"log": {"level": …}}` and mixtures mean the same to
 * Elasticsearch, and loggers write all of them. The most dotted one wins.
 */
export function fieldOf(document: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(document, name)) return document[name];
  for (let dot = name.lastIndexOf("."); dot > 0; dot = name.lastIndexOf(".", dot - 1)) {
    const key = name.slice(0, dot);
    const inner = Object.hasOwn(document, key) ? document[key] : undefined;
    if (isRecord(inner)) return fieldOf(inner, name.slice(dot + 1));
  }
  return undefined;
}

/** The same where it is a text that says something. */
export function textField(document: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = fieldOf(document, name);
  return typeof value === "string" && value !== "" ? value : undefined;
}
