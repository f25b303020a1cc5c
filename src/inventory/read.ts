import { parseEvents, YAMLException } from "js-yaml";
import { limits } from "./limits.ts";
import type { Flaw } from "./read-flaw.ts";
import { syntaxFlaw } from "./read-syntax.ts";
import { decode } from "./read-text.ts";
import { valueFrom } from "./read-value.ts";

/** A text as a value, or what keeps it from being one. `text` is what offsets and lines refer to. */
export type Reading =
  | { readonly ok: true; readonly text: string; readonly value: unknown }
  | { readonly ok: false; readonly text: string; readonly flaws: readonly [Flaw, ...Flaw[]] };

/**
 * Reads one YAML 1.2 document (core schema) without positions. Nothing is expanded, and nothing is walked twice,
 * before the limits have been checked.
 *
 * Stricter than YAML, so that every reader of the file sees the same: keys are single-line scalars and are taken as
 * they are written (`010` is the key "010"), no key stands twice, and there are no merge keys, no tags but the core
 * schema's, no directives but `%YAML 1.2`, no aliases to themselves. https://yaml.org/spec/1.2.2/
 */
export function readInventory(source: string | Uint8Array): Reading {
  const { text, flaw } = decode(source);
  if (flaw !== undefined) return { ok: false, text, flaws: [flaw] };
  try {
    // The parser counts the document and the leaf as levels too; the exact count is made with the value.
    const events = parseEvents(text, { maxDepth: limits.depth + 3 });
    const { value, flaws } = valueFrom(events, text);
    const [first, ...rest] = flaws;
    return first === undefined ? { ok: true, text, value } : { ok: false, text, flaws: [first, ...rest] };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return { ok: false, text, flaws: [syntaxFlaw(text, error.reason, error.mark?.position ?? 0)] };
  }
}
