const encoder = new TextEncoder();
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Length in UTF-8. */
export function bytesOf(text: string): number {
  return encoder.encode(text).length;
}

/** How large a text is by someone's rules. */
export type Measure = (text: string) => number;

/**
 * The longest start of a text that keeps within a limit, with an ellipsis at its end where something is missing. What a
 * reader takes for one character is never torn.
 */
export function cut(
  text: string,
  { limit, measure, ellipsis }: { readonly limit: number; readonly measure: Measure; readonly ellipsis: string },
): string {
  if (measure(text) <= limit) return text;
  const ends = [0, ...Array.from(graphemes.segment(text), ({ index, segment }) => index + segment.length)];
  let fits = 0;
  let tooLong = ends.length - 1;
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (measure(text.slice(0, ends[middle]) + ellipsis) <= limit) fits = middle;
    else tooLong = middle;
  }
  const whole = text.slice(0, ends[fits]) + ellipsis;
  return measure(whole) <= limit ? whole : "";
}
