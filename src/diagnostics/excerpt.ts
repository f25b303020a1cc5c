import { masked, type Range, secretsInLine } from "./mask.ts";
import { visible } from "./visible.ts";

export interface Excerpt {
  readonly text: string;
  readonly start: number;
  readonly width: number;
}

const maxColumns = 160;
/** Kept before the caret of a line that is cut. */
const before = 60;

/**
 * A source line ready to be shown: secrets masked, control characters written as escapes, cut around the caret.
 * `target` and `secrets` count from the start of the line. The lengths of text and secrets do not show.
 */
export function maskExcerpt(line: string, target: Range, secrets: readonly Range[]): Excerpt {
  // A line may have megabytes; what is far from the caret is cut before anything else looks at it.
  const margin = 4 * maxColumns;
  const from = Math.max(0, target[0] - margin);
  const to = Math.min(line.length, target[0] + margin);
  const near = line.slice(from, to);
  const local = secrets.map(([start, end]): Range => [start - from, end - from]);
  // What the cut took its beginning from could be the rest of a secret.
  const torn: Range = [0, from > 0 ? near.search(/\s|$/) : 0];
  const hidden = masked(near, [...secretsInLine(near), ...local, torn]);
  const start = hidden.position(target[0] - from);
  const end = Math.max(start + 1, hidden.position(Math.min(target[1], to) - from, true));
  const head = visible(hidden.text.slice(0, start));
  const marked = visible(hidden.text.slice(start, end));
  const tail = visible(hidden.text.slice(end));
  return cut(head, marked, tail, from > 0, to < line.length);
}

function cut(head: string, marked: string, tail: string, cutBefore: boolean, cutAfter: boolean): Excerpt {
  const long = head.length + marked.length + tail.length > maxColumns;
  const drop = long ? Math.max(0, head.length - before) : 0;
  const opening = drop > 0 || cutBefore ? `…${head.slice(drop)}` : head;
  const whole = opening + marked + tail;
  const text = whole.length > maxColumns ? `${whole.slice(0, maxColumns)}…` : whole + (cutAfter ? "…" : "");
  const width = Math.max(1, Math.min(marked.length, text.length - opening.length));
  return { text, start: opening.length, width };
}
