import { type Html, html } from "../../page/html.ts";
import type { Level } from "../../page/status.ts";
import { severityOf } from "../bulk/record.ts";
import type { LogLine } from "../search/logs.ts";
import { clock, printDuration } from "./figures.ts";

/** Log lines, each with all its fields for whoever opens it. `sinceMs` prints times from there on, as within a trace. */
export function drawLines(lines: readonly LogLine[], sinceMs?: number): Html {
  return html`<ul class="lines">${lines.map((line) => drawLine(line, sinceMs))}</ul>`;
}

function drawLine(line: LogLine, sinceMs: number | undefined): Html {
  const { time_ms, level, service, message, trace_id, document } = line;
  const at = sinceMs === undefined ? clock(time_ms) : offset(time_ms, sinceMs);
  const isElsewhere = trace_id !== undefined && sinceMs === undefined;
  return html`<li class="${toneOf(level)}"><details><summary><span class="line-time">${at}</span><span><span class="tag">${level.slice(0, 8)}</span></span>
<span class="service-name">${service}</span><span class="message">${message === "" ? html`<small>(no message)</small>` : message}</span></summary>
<div class="more">${isElsewhere ? html`<a href="/traces/${trace_id}">trace ${trace_id}</a>` : undefined}<pre>${pretty(document)}</pre></div></details></li>`;
}

function offset(ms: number, sinceMs: number): Html {
  const exact = new Date(ms).toISOString();
  const difference = ms - sinceMs;
  const sign = difference < 0 ? "−" : "+";
  return html`<time datetime="${exact}" title="${exact}">${sign}${printDuration(Math.abs(difference))}</time>`;
}

function toneOf(level: string): Level {
  const severity = severityOf(level);
  return severity >= 50 ? "bad" : severity >= 40 ? "warning" : "unknown";
}

/** What of one line a page shows; the API has all of it. */
const shownCharacters = 16_384;
const shownLines = 500;

/** The line with a field on each of its lines; a long one as it came, and only its beginning. */
function pretty(document: string): Html {
  const isLong = document.length > shownCharacters;
  const text = isLong ? document.slice(0, shownCharacters) : JSON.stringify(JSON.parse(document), undefined, 2);
  // Line breaks are ours; those of the content stand there as \n.
  const lines = text.split("\n");
  const shown = lines.slice(0, shownLines).map(
    (line) => html`${line}
`,
  );
  const rest = isLong || lines.length > shownLines ? html`… all of it: /api/v1/logs` : undefined;
  return html`${shown}${rest}`;
}
