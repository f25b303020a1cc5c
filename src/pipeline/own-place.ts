import { EVENT_ID, type Event, getScalarValue, parseEvents } from "js-yaml";
import type { Path } from "../diagnostics/path.ts";
import { placeInText } from "./expression-place.ts";

/** Line and column (from 1) of an offset of an expression that stands at a path of an own file, YAML or JSON. */
export function placeAtPath(
  text: string,
  path: Path,
  expr: string,
  offset: number,
): { readonly line: number; readonly column: number } {
  const range = scalarAt(text, path);
  if (range === undefined) return placeInText(text, expr, offset);
  const before = text.slice(0, range[0]);
  // With blanks for all that stands around it, equal words elsewhere cannot be meant, and columns stay what they are.
  const alone = before.replaceAll(/[^\n]/g, " ") + text.slice(...range);
  return placeInText(alone, expr, offset, before.split("\n").length);
}

/** Where a scalar begins and ends; undefined where the path leads to none, or through an alias. */
function scalarAt(text: string, path: Path): readonly [number, number] | undefined {
  const events = eventsOf(text);
  // The first event opens the document.
  let at = events.length > 0 ? 1 : undefined;
  for (const step of path) at = at === undefined ? undefined : child(text, events, at, step);
  const found = at === undefined ? undefined : events[at];
  return found?.type === EVENT_ID.SCALAR && found.valueStart >= 0 ? [found.valueStart, found.valueEnd] : undefined;
}

function eventsOf(text: string): readonly Event[] {
  try {
    return parseEvents(text, {});
  } catch {
    // JSON may be indented with tabs, or be too deep for YAML.
    return [];
  }
}

/** Index of the event with which the child of a collection begins. */
function child(text: string, events: readonly Event[], parent: number, step: string | number): number | undefined {
  const isMap = events[parent]?.type === EVENT_ID.MAPPING;
  if (!isMap && events[parent]?.type !== EVENT_ID.SEQUENCE) return undefined;
  let at = parent + 1;
  for (let index = 0; at < events.length && events[at]?.type !== EVENT_ID.POP; index++) {
    const key = events[at];
    const value = isMap ? behind(events, at) : at;
    const name = key?.type === EVENT_ID.SCALAR ? (key.valueStart < 0 ? "" : getScalarValue(text, key)) : undefined;
    if (isMap ? name === step : index === step) return value;
    at = behind(events, value);
  }
  return undefined;
}

/** Index of the event behind a node. */
function behind(events: readonly Event[], at: number): number {
  let depth = 0;
  let next = at;
  do {
    const type = events[next]?.type;
    if (type === EVENT_ID.MAPPING || type === EVENT_ID.SEQUENCE) depth += 1;
    if (type === EVENT_ID.POP) depth -= 1;
    next += 1;
  } while (depth > 0 && next < events.length);
  return next;
}
