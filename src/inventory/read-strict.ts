import { COLLECTION_STYLE, EVENT_ID, type Event } from "js-yaml";
import { add, offsetOf, type State } from "./read-state.ts";

// What YAML allows but an inventory does not, mostly because parsers disagree on it.

/** A tab before the first word of a line, unless the line goes on with a text. Parsers disagree on where it may stand. */
export function checkTabs(state: State): void {
  const texts = state.events.filter((event) => event.type === EVENT_ID.SCALAR && event.valueStart >= 0);
  let next = 0;
  for (const { index, 0: blanks } of state.text.matchAll(/^ *\t(?=[ \t]*(?:[^\s#]|(?![\s\S])))/gm)) {
    const offset = index + blanks.length - 1;
    for (let text = texts[next]; text?.type === EVENT_ID.SCALAR && text.valueEnd <= offset; text = texts[++next]);
    const inside = texts[next];
    if (inside?.type === EVENT_ID.SCALAR && inside.valueStart <= offset) continue;
    add(state, "yaml-syntax", offset, 1, "a tab stands where YAML indents", "indent with spaces");
  }
}

/** `key: &anchor other: value`: a map may not begin on the line of the key that it is the value of. */
export function checkCompact(state: State, keyEnd: number): void {
  const event = state.events[state.next];
  if (event?.type !== EVENT_ID.MAPPING && event?.type !== EVENT_ID.SEQUENCE) return;
  if (event.style === COLLECTION_STYLE.FLOW || keyEnd < 0) return;
  if (state.text.slice(keyEnd, event.start).includes("\n")) return;
  const hint = "begin the map or list on a line of its own";
  add(state, "yaml-syntax", event.start, 1, "a map or list begins on the line of its key", hint);
}

export function checkAnchor(state: State, event: Event | undefined): void {
  if (event === undefined || !("anchorStart" in event) || event.anchorStart < 0) return;
  if (state.text[event.anchorEnd - 1] !== ":") return;
  const hint = "put a space between the anchor and the colon";
  add(state, "yaml-syntax", event.anchorStart - 1, 1, "an anchor ends with a colon", hint);
}

export function checkDirectives(state: State): void {
  const end = Math.max(0, ...state.events.slice(1, 2).map(offsetOf));
  for (const { index, 0: line } of state.text.slice(0, end).matchAll(/^%.*$/gm)) {
    if (/^%YAML 1\.2\s*(#.*)?$/.test(line)) continue;
    const hint = "remove the line; an inventory is YAML 1.2 without tags";
    add(state, "yaml-syntax", index, line.length, "a directive other than %YAML 1.2 is refused", hint);
  }
}

/** The tag of a node where it is one of the allowed ones. */
export function checkTag(state: State, start: number, end: number, allowed: readonly string[]): string | undefined {
  if (start < 0) return undefined;
  const tag = state.text.slice(start, end);
  if (allowed.includes(tag)) return tag;
  const hint = "remove it; a text that begins with ! needs quotes";
  add(state, "yaml-syntax", start, end - start, "a tag is unknown or does not fit its value", hint);
  return undefined;
}
