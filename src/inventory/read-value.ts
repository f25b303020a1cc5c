import {
  boolCoreTag,
  EVENT_ID,
  type Event,
  floatCoreTag,
  getScalarValue,
  intCoreTag,
  NOT_RESOLVED,
  nullCoreTag,
  SCALAR_STYLE,
  type ScalarEvent,
} from "js-yaml";
import { isSecretPath } from "../diagnostics/secret-keys.ts";
import { quoted } from "../diagnostics/visible.ts";
import { limits } from "./limits.ts";
import type { Flaw } from "./read-flaw.ts";
import { add, endOf, offsetOf, type Part, type State } from "./read-state.ts";
import { checkAnchor, checkCompact, checkDirectives, checkTabs, checkTag } from "./read-strict.ts";

/**
 * The value of an event stream, with every flaw that is not one of syntax. Aliases of one anchor share one value.
 * Recursion is as deep as the text is nested, which the parser has limited already.
 */
export function valueFrom(events: readonly Event[], text: string): { value: unknown; flaws: readonly Flaw[] } {
  const state: State = { text, events, flaws: [], anchors: new Map(), path: [], next: 1, aliases: 0, repeated: 0 };
  const { value } = events.length === 0 ? nothing : node(state);
  const second = events.findIndex((event, index) => index > 0 && event.type === EVENT_ID.DOCUMENT);
  if (second > 0) {
    const start = lineStart(text, offsetOf(events[second + 1]), "---");
    const hint = "keep one document; an environment of its own needs a file of its own";
    add(state, "yaml-syntax", start, 3, "a second document begins here", hint);
  }
  checkDirectives(state);
  checkTabs(state);
  if (state.flaws.length === 0 && (value === undefined || value === null)) {
    const hint = "write at least platform, hosts and services; stackwright init writes a starter";
    add(state, "yaml-syntax", 0, 1, "the inventory is empty", hint);
  } else if (state.flaws.length === 0 && (typeof value !== "object" || Array.isArray(value))) {
    const message = `the inventory is ${Array.isArray(value) ? "a list" : "a single value"}; it must be a map of sections`;
    add(state, "invalid-value", offsetOf(events[1]), 1, message, "begin with version: 1");
  }
  return { value, flaws: state.flaws.sort((a, b) => a.offset - b.offset) };
}

const nothing: Part = { value: null, size: 1, depth: 0 };

function node(state: State): Part {
  const event = state.events[state.next++];
  checkAnchor(state, event);
  switch (event?.type) {
    case EVENT_ID.SCALAR: {
      const part = { value: scalarValue(state, event), size: 1, depth: 0 };
      if (event.anchorStart >= 0) state.anchors.set(state.text.slice(event.anchorStart, event.anchorEnd), part);
      return part;
    }
    case EVENT_ID.ALIAS:
      return aliased(state, event.anchorStart, event.anchorEnd);
    case EVENT_ID.SEQUENCE:
    case EVENT_ID.MAPPING: {
      const list = event.type === EVENT_ID.SEQUENCE;
      checkTag(state, event.tagStart, event.tagEnd, list ? ["!!seq"] : ["!!map"]);
      const anchor = event.anchorStart < 0 ? undefined : state.text.slice(event.anchorStart, event.anchorEnd);
      if (anchor !== undefined) state.anchors.set(anchor, "open");
      const part = list ? sequence(state) : mapping(state);
      checkDepth(state, part, event.start);
      if (anchor !== undefined) state.anchors.set(anchor, part);
      return part;
    }
    default:
      throw new Error("event stream ends within a node");
  }
}

/** Told once: where it gets too deep, or, if only aliases make it so, at the innermost node that is. */
function checkDepth(state: State, part: Part, start: number): void {
  const message = `maps and lists are nested more than ${limits.depth} deep`;
  const byAliases = part.depth === limits.depth + 1 && !state.flaws.some((flaw) => flaw.message === message);
  if (state.path.length !== limits.depth && !byAliases) return;
  add(state, "yaml-limits", start, 1, message, "no section of an inventory is nested as deeply");
}

function sequence(state: State): Part {
  const value: unknown[] = [];
  let size = 1;
  let depth = 0;
  while (!atEnd(state)) {
    state.path.push(value.length);
    const part = node(state);
    state.path.pop();
    value.push(part.value);
    size += part.size;
    depth = Math.max(depth, part.depth);
  }
  return { value, size, depth: depth + 1 };
}

function mapping(state: State): Part {
  const value: Record<string, unknown> = {};
  const seen = new Map<string, number>();
  let size = 1;
  let depth = 0;
  while (!atEnd(state)) {
    const key = keyOf(state, seen);
    const lastEnd = endOf(state.events[state.next - 1]);
    state.path.push(key ?? "?");
    checkCompact(state, lastEnd);
    const part = node(state);
    state.path.pop();
    if (key !== undefined) value[key] = part.value;
    size += part.size;
    depth = Math.max(depth, part.depth);
  }
  return { value, size, depth: depth + 1 };
}

/** The next key as it is written, or undefined where it is refused. */
function keyOf(state: State, seen: Map<string, number>): string | undefined {
  const event = state.events[state.next];
  const start = offsetOf(event);
  if (event?.type !== EVENT_ID.SCALAR || sourceOf(state, event).includes("\n")) {
    if (event?.type === EVENT_ID.ALIAS) state.next++;
    else node(state);
    const message = "a key is a map, a list, an alias or longer than a line";
    add(state, "yaml-syntax", start, 1, message, "write the key as a plain word on one line");
    return undefined;
  }
  state.next++;
  checkAnchor(state, event);
  checkTag(state, event.tagStart, event.tagEnd, ["!!str"]);
  const key = getScalarValue(state.text, event);
  const length = Math.max(1, endOf(event) - start);
  const first = seen.get(key);
  if (key === "" && event.style === SCALAR_STYLE.PLAIN) {
    let before = state.next - 2;
    while (before > 0 && endOf(state.events[before]) < 0) before--;
    const colon = Math.max(0, state.text.indexOf(":", Math.max(0, endOf(state.events[before]))));
    add(state, "yaml-syntax", colon, 1, "a colon has no key before it", "write the key before the colon");
    return undefined;
  }
  if (event.anchorStart >= 0)
    state.anchors.set(state.text.slice(event.anchorStart, event.anchorEnd), { ...nothing, value: key });
  if (key === "<<" && event.style === SCALAR_STYLE.PLAIN) {
    add(state, "yaml-syntax", start, length, "merge keys (<<) are not part of YAML 1.2", "write the keys out here");
    return undefined;
  }
  if (key === "__proto__") {
    add(state, "unsafe-value", start, length, "the key __proto__ is refused", "remove it");
    return undefined;
  }
  if (first === undefined) {
    seen.set(key, start);
    return key;
  }
  const shown = isSecretPath([...state.path, key]) ? "a key" : `the key ${quoted(key)}`;
  state.flaws.push({
    code: "duplicate-name",
    offset: start,
    length,
    path: [...state.path, key],
    message: `${shown} stands twice, first on {line}`,
    mentions: first,
    hint: "remove one of the two, or rename it",
  });
  return undefined;
}

function aliased(state: State, start: number, end: number): Part {
  const anchor = state.anchors.get(state.text.slice(start, end));
  const length = end - start + 1;
  if (anchor === undefined || anchor === "open") {
    const message = anchor === undefined ? "an alias has no anchor before it" : "an alias stands inside its own anchor";
    const hint = "write the value out; a text that begins with * needs quotes";
    add(state, "yaml-syntax", start - 1, length, message, hint);
    return nothing;
  }
  state.aliases++;
  if (state.aliases === limits.aliases + 1) {
    const message = `there are more than ${limits.aliases} aliases`;
    add(state, "yaml-limits", start - 1, length, message, "write the values out");
  }
  const before = state.repeated;
  state.repeated += anchor.size;
  if (before <= limits.repeatedValues && state.repeated > limits.repeatedValues) {
    const message = `aliases repeat more than ${limits.repeatedValues} values`;
    add(state, "yaml-limits", start - 1, length, message, "do not nest aliases in each other");
  }
  return anchor;
}

const implicitTags = [nullCoreTag, boolCoreTag, intCoreTag, floatCoreTag] as const;
const byName = { "!!null": nullCoreTag, "!!bool": boolCoreTag, "!!int": intCoreTag, "!!float": floatCoreTag } as const;
const scalarTags: readonly string[] = ["!!str", ...Object.keys(byName)];
/** What a plain scalar looks like that may be more than a text: an address has too many dots for a number. */
const mayBeMore = /^(?:|~|null|Null|NULL|true|True|TRUE|false|False|FALSE|(?![^.]*\.[^.]*\.)[-+.\d][-+.\w]*)$/;

function scalarValue(state: State, event: ScalarEvent): unknown {
  const source = getScalarValue(state.text, event);
  const tag = checkTag(state, event.tagStart, event.tagEnd, scalarTags);
  if (tag === undefined && (event.style !== SCALAR_STYLE.PLAIN || !mayBeMore.test(source))) return source;
  if (tag === "!!str") return source;
  for (const [name, { resolve, tagName }] of Object.entries(byName)) {
    if (tag !== name) continue;
    const value = resolve(source, false, tagName);
    if (value !== NOT_RESOLVED) return value;
    const message = `a value is tagged ${name}, which it is not`;
    add(state, "yaml-syntax", event.tagStart, event.tagEnd - event.tagStart, message, "remove the tag");
    return null;
  }
  if (event.style !== SCALAR_STYLE.PLAIN) return source;
  for (const { resolve, tagName } of implicitTags) {
    const value = resolve(source, false, tagName);
    if (value !== NOT_RESOLVED) return value;
  }
  return source;
}

function atEnd(state: State): boolean {
  if (state.events[state.next]?.type !== EVENT_ID.POP) return false;
  state.next++;
  return true;
}

function sourceOf(state: State, event: ScalarEvent): string {
  return event.valueStart < 0 ? "" : state.text.slice(event.valueStart, event.valueEnd);
}

function lineStart(text: string, before: number, marker: string): number {
  const start = text.lastIndexOf(`\n${marker}`, before);
  return start < 0 ? before : start + 1;
}
