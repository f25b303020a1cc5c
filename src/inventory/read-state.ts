import { EVENT_ID, type Event, SCALAR_STYLE, type ScalarEvent } from "js-yaml";
import type { Flaw } from "./read-flaw.ts";

/** What a node stands for; `size` and `depth` are counted with all aliases followed. */
export interface Part {
  readonly value: unknown;
  readonly size: number;
  readonly depth: number;
}

/** A stream on its way to becoming a value. */
export interface State {
  readonly text: string;
  readonly events: readonly Event[];
  readonly flaws: Flaw[];
  /** An anchor is open while its own value is being read. */
  readonly anchors: Map<string, Part | "open">;
  readonly path: (string | number)[];
  next: number;
  aliases: number;
  repeated: number;
}

/** Where a node begins, with its tag and quotes; the start of the text where it is empty. */
export function offsetOf(event: Event | undefined): number {
  switch (event?.type) {
    case EVENT_ID.SCALAR:
      if (event.tagStart >= 0) return event.tagStart;
      return Math.max(0, event.valueStart - (isQuoted(event) ? 1 : 0));
    case EVENT_ID.ALIAS:
      return event.anchorStart - 1;
    case EVENT_ID.SEQUENCE:
    case EVENT_ID.MAPPING:
      return event.start;
    default:
      return 0;
  }
}

export function add(
  state: State,
  code: Flaw["code"],
  offset: number,
  length: number,
  message: string,
  hint: string,
): void {
  state.flaws.push({ code, offset, length, path: [...state.path], message, hint });
}

/** Where a text ends, with its closing quote; -1 for what is empty or no text. */
export function endOf(event: Event | undefined): number {
  if (event?.type !== EVENT_ID.SCALAR || event.valueEnd < 0) return -1;
  return event.valueEnd + (isQuoted(event) ? 1 : 0);
}

function isQuoted({ style }: ScalarEvent): boolean {
  return style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED;
}
