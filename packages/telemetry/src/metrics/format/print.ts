import { escapeLabel } from "../labels/values.ts";
import type { ShownExemplar } from "../storage/exemplars.ts";
import { brace, type HistogramFamily, openBrace, type ScalarFamily, type SummaryFamily } from "../storage/family.ts";
import type { Named } from "./claims.ts";
import type { Format } from "./negotiate.ts";

export interface PrintOptions {
  readonly format: Format;
  /** Whether OpenMetrics says when each series began; Prometheus keeps that as a series of its own. */
  readonly created: boolean;
  /** Characters after which a piece is given out. */
  readonly pieceLength: number;
}

type Pieces = Generator<string, void, void>;

/**
 * Prints families piece by piece. Between two pieces the caller may let the event loop have its turn: a series is never
 * cut in two, so that a histogram's buckets agree with its count.
 *
 * https://prometheus.io/docs/instrumenting/exposition_formats/ and https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export function* print(families: Iterable<Named>, options: PrintOptions): Pieces {
  let text = "";
  for (const named of families) {
    text += headOf(named, options.format);
    for (const piece of bodyOf(named, options)) {
      text += piece;
      if (text.length < options.pieceLength) continue;
      yield text;
      text = "";
    }
  }
  if (options.format === "openmetrics") text += "# EOF\n";
  yield text;
}

function headOf({ family: { help }, head, type }: Named, format: Format): string {
  const text = String(help);
  const escaped = format === "openmetrics" ? escapeLabel(text) : text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  return `# HELP ${head} ${escaped}\n# TYPE ${head} ${type}\n`;
}

function bodyOf(named: Named, options: PrintOptions): Pieces {
  const { family } = named;
  if (family.type === "histogram") return histogramLines(family, options);
  if (family.type === "summary") return summaryLines(family, options);
  if (options.format === "openmetrics" && named.type === "counter") return counterLines(family, named, options);
  return scalarLines(family, named, options);
}

function* scalarLines(family: ScalarFamily, { sample }: Named, { pieceLength }: PrintOptions): Pieces {
  const cursor = family.open();
  let text = "";
  while (cursor.next()) {
    const { value } = cursor;
    text += `${sample}${cursor.braced}${value - value === 0 ? value : special(value)}\n`;
    if (text.length < pieceLength) continue;
    yield text;
    text = "";
  }
  yield text;
}

/** Counters as OpenMetrics has them. */
function* counterLines(family: ScalarFamily, { head, sample }: Named, options: PrintOptions): Pieces {
  const cursor = family.open();
  let text = "";
  while (cursor.next()) {
    const { value, createdSeconds, braced } = cursor;
    const exemplar = cursor.exemplar();
    text += `${sample}${braced}${numberText(value)}${exemplar === undefined ? "" : exemplarText(exemplar)}\n`;
    if (options.created && createdSeconds !== undefined) text += `${head}_created${braced}${createdSeconds}\n`;
    if (text.length < options.pieceLength) continue;
    yield text;
    text = "";
  }
  yield text;
}

function* histogramLines(family: HistogramFamily, options: PrintOptions): Pieces {
  const { name, bounds } = family;
  const isOpenMetrics = options.format === "openmetrics";
  // Bounds as in the text format, so that a change of format does not change the series.
  const ends = [...bounds.map((bound) => `le="${bound}"} `), 'le="+Inf"} '];
  const [bucketName, sumName, countName] = [`${name}_bucket`, `${name}_sum`, `${name}_count`];
  const cursor = family.open();
  let text = "";
  while (cursor.next()) {
    const { braced, sum, createdSeconds } = cursor;
    const begin = bucketName + cursor.open;
    let count = 0;
    for (let at = 0; at < ends.length; at++) {
      count += cursor.bucket(at);
      const exemplar = isOpenMetrics ? cursor.exemplar(at) : undefined;
      text += `${begin}${ends[at]}${count}${exemplar === undefined ? "" : exemplarText(exemplar)}\n`;
    }
    text += `${sumName}${braced}${numberText(sum)}\n${countName}${braced}${count}\n`;
    if (isOpenMetrics && options.created && createdSeconds !== undefined)
      text += `${name}_created${braced}${createdSeconds}\n`;
    if (text.length < options.pieceLength) continue;
    yield text;
    text = "";
  }
  yield text;
}

function* summaryLines(family: SummaryFamily, { pieceLength }: PrintOptions): Pieces {
  const { name } = family;
  const cursor = family.open();
  let text = "";
  while (cursor.next()) {
    const { labels } = cursor;
    for (const [quantile, value] of cursor.quantiles)
      text += `${name}${openBrace(labels)}quantile="${quantile}"} ${numberText(value)}\n`;
    text += `${name}_sum${brace(labels)}${numberText(cursor.sum)}\n${name}_count${brace(labels)}${cursor.count}\n`;
    if (text.length < pieceLength) continue;
    yield text;
    text = "";
  }
  yield text;
}

function exemplarText({ labels, value, seconds }: ShownExemplar): string {
  return ` # {${labels}} ${numberText(value)} ${seconds}`;
}

function numberText(value: number): string {
  return value - value === 0 ? String(value) : special(value);
}

/** What is not finite. */
function special(value: number): string {
  if (value > 0) return "+Inf";
  return value < 0 ? "-Inf" : "NaN";
}
