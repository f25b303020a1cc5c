import { type Html, html } from "../../page/html.ts";
import { grouped, plural } from "../../page/sections.ts";
import type { AttributeMap } from "../otlp/attributes.ts";
import type { SpanEvent } from "../otlp/spans.ts";
import type { SpanView, TraceView } from "../search/trace.ts";
import { clock, printDuration } from "./figures.ts";
import { drawLines } from "./lines.ts";
import { type PlacedSpan, placeSpans } from "./waterfall.ts";

const shownSpans = 500;
const colours = 8;
const deepest = 12;

/** A trace: its spans across the services on one axis of time, and the log lines that belong to it. */
export function drawTrace(trace: TraceView): Html {
  return html`${drawFacts(trace)}${drawSpans(trace)}${drawLog(trace)}`;
}

function drawFacts({ trace_id, start_ms, duration_ms, services, spans, errors }: TraceView): Html {
  return html`<section aria-labelledby="facts"><div class="head"><h2 id="facts">About it</h2></div><dl>
<dt>Trace</dt><dd><code>${trace_id}</code></dd>
<dt>Began</dt><dd>${clock(start_ms)} UTC</dd>
<dt>Took</dt><dd>${printDuration(duration_ms)}</dd>
<dt>Services</dt><dd>${services.map((name, index) => html`${index > 0 ? ", " : ""}<span class="dot s${index % colours}"></span>${name}`)}</dd>
<dt>Spans</dt><dd>${grouped(spans)}${errors > 0 ? html`, <span class="bad"><span class="tag">${plural(errors, "error")}</span></span>` : undefined}</dd></dl></section>`;
}

function drawSpans(trace: TraceView): Html {
  const placed = placeSpans(trace.span_list);
  const rest = trace.spans - Math.min(placed.length, shownSpans);
  const colourOf = new Map(trace.services.map((name, index) => [name, index % colours]));
  const list = placed.slice(0, shownSpans).map((each) => drawSpan(each, trace, colourOf.get(each.span.service) ?? 0));
  return html`<section aria-labelledby="spans"><div class="head"><h2 id="spans">Spans</h2><p class="small">open one for its attributes</p></div>
${list.length === 0 ? html`<p class="empty">None here: the trace was not sampled, or its spans are gone.</p>` : html`<ol class="spans">${list}</ol>`}
${rest > 0 ? html`<p class="pager small">and ${grouped(rest)} more</p>` : undefined}</section>`;
}

function drawSpan({ span, depth, isOrphan }: PlacedSpan, trace: TraceView, colour: number): Html {
  const { service, name, kind, start_ms, duration_ms, error, details } = span;
  const scale = 1_000 / Math.max(trace.duration_ms, 0.001);
  const width = Math.max(2, duration_ms * scale);
  const x = Math.min(1_000 - Math.min(width, 1_000), Math.max(0, (start_ms - trace.start_ms) * scale));
  const why = details.status_message;
  return html`<li class="${error ? "bad" : "good"}"><details><summary><span class="what d${Math.min(depth, deepest)}"><span class="dot s${colour}"></span><b>${name}</b> <small>${service}${
    isOrphan ? ", parent unknown" : ""
  }</small>${error ? html` <span class="tag">error</span>` : undefined}</span>
<svg class="s${colour}" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true"><rect x="${x.toFixed(2)}" width="${width.toFixed(2)}" height="10"></rect></svg><span class="took">${printDuration(duration_ms)}</span></summary>
<div class="more"><dl><dt>kind</dt><dd>${kind}</dd><dt>began after</dt><dd>${printDuration(Math.max(0, start_ms - trace.start_ms))}</dd>
<dt>span</dt><dd>${span.span_id}</dd>${why === undefined ? undefined : html`<dt>status</dt><dd>${why}</dd>`}${drawAttributes(details.attributes)}${drawAttributes(details.resource)}${(details.events ?? []).map((event) => drawEvent(event, trace.start_ms))}${drawTraceLinks(span)}</dl></div></details></li>`;
}

function drawAttributes(attributes: AttributeMap): Html {
  const pairs = Object.entries(attributes);
  return html`${pairs.map(([key, value]) => html`<dt>${key}</dt><dd>${typeof value === "string" ? value : JSON.stringify(value)}</dd>`)}`;
}

function drawEvent({ name, time_us, attributes }: SpanEvent, startMs: number): Html {
  const after = printDuration(Math.max(0, time_us / 1_000 - startMs));
  return html`<dt>event</dt><dd>${name} after ${after}</dd>${drawAttributes(attributes)}`;
}

function drawTraceLinks({ details: { links = [] } }: SpanView): Html {
  return html`${links.map(({ trace_id }) => html`<dt>linked to</dt><dd><a href="/traces/${trace_id}">${trace_id}</a></dd>`)}`;
}

function drawLog({ trace_id, log_lines, start_ms }: TraceView): Html {
  return html`<section aria-labelledby="log"><div class="head"><h2 id="log">Log lines</h2><p class="small">${plural(log_lines.length, "line")} with this trace identifier; <a href="/logs?trace_id=${trace_id}">search among them</a></p></div>
${log_lines.length === 0 ? html`<p class="empty">None.</p>` : drawLines(log_lines, start_ms)}</section>`;
}
