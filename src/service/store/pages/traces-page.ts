import { formatDuration } from "../../../model/units.ts";
import { type Html, html } from "../../page/html.ts";
import { grouped, plural } from "../../page/sections.ts";
import type { Parameters } from "../api/parameters.ts";
import type { StoreLimits } from "../limits.ts";
import type { StoreState } from "../protocol.ts";
import type { Edge, Operation, Overview } from "../search/overview.ts";
import type { ServiceSummary } from "../search/services.ts";
import type { TraceSummary } from "../search/traces.ts";
import { clock, levelOf, printBytes, printDuration, printRate, printShare } from "./figures.ts";
import { drawForm, sinceChoices } from "./form.ts";
import { drawGraph } from "./graph.ts";

/** What `/traces` shows. `asked` is what the form shows again. */
export interface TracesView {
  readonly overview: Overview;
  readonly services: readonly ServiceSummary[];
  readonly traces: readonly TraceSummary[];
  readonly state: StoreState;
  readonly limits: StoreLimits;
  readonly asked: Pick<Parameters, "text">;
}

const shownOperations = 10;

export function drawTraces(view: TracesView): Html {
  return html`${drawFill(view)}${drawCalls(view)}${drawSlow(view.overview)}${drawFound(view)}`;
}

function drawFill({ overview, services, state: { records, traces, bytes, failure }, limits }: TracesView): Html {
  const full = bytes / limits.maxBytes;
  const tiles: readonly (readonly [name: string, level: string, value: string, detail: string])[] = [
    ["Services", "unknown", grouped(services.length), "told something of themselves"],
    ["Traces", "unknown", grouped(traces), plural(records.spans, "span")],
    ["Log lines", "unknown", grouped(records.logs), `kept for ${formatDuration(limits.maxAgeMs)} at most`],
    [
      "Store",
      failure === undefined ? "good" : "bad",
      printBytes(bytes),
      `${Math.round(100 * full)} % of ${printBytes(limits.maxBytes)}; the oldest goes first`,
    ],
  ];
  return html`<ul class="tiles">${tiles.map(
    ([name, level, value, detail]) =>
      html`<li class="tile ${level}"><span class="name">${name}</span><b>${value}</b><span class="detail">${detail}</span></li>`,
  )}</ul>${overview.is_cut ? html`<p class="small">Only the newest ${grouped(overview.spans)} spans of that time were looked at.</p>` : undefined}`;
}

/** `the last 15 min`, or from when to when. */
function timeOf({ from_ms, to_ms }: Overview): Html {
  return html`${clock(from_ms)} to ${clock(to_ms)} UTC`;
}

function drawCalls({ overview }: TracesView): Html {
  const { edges } = overview;
  const content =
    edges.length === 0
      ? html`<p class="empty">No calls between services in this time.</p>`
      : html`${drawGraph(edges)}<div class="numbers names"><div>caller and called</div><span class="minor">rate</span><span>fail</span><span class="minor">half within</span><span>95 % within</span></div>
<ul class="rows">${edges.map(drawEdge)}</ul>`;
  return html`<section aria-labelledby="calls"><div class="head"><h2 id="calls">Who calls whom</h2><p class="small">${timeOf(overview)}</p></div>${content}</section>`;
}

function drawEdge(edge: Edge): Html {
  const { from, to, to_is, per_second, errors, count, p50_ms, p95_ms } = edge;
  return html`<li class="numbers ${levelOf(edge)}"><div>${serviceLink(from)} → ${to_is === "service" ? serviceLink(to) : html`${to} <small>as its caller tells</small>`}</div>
<span class="minor">${printRate(per_second)}</span><span class="toned">${printShare(errors, count)}</span><span class="minor">${printDuration(p50_ms)}</span><span>${printDuration(p95_ms)}</span></li>`;
}

function serviceLink(name: string): Html {
  return html`<a href="/traces?service=${encodeURIComponent(name)}">${name}</a>`;
}

function drawSlow({ operations }: Overview): Html {
  const rest = operations.length - shownOperations;
  const content =
    operations.length === 0
      ? html`<p class="empty">No spans in this time.</p>`
      : html`<div class="numbers names"><div>service and span</div><span class="minor">rate</span><span>fail</span><span class="minor">95 % within</span><span>slowest</span></div>
<ul class="rows">${operations.slice(0, shownOperations).map(drawOperation)}</ul>`;
  return html`<section aria-labelledby="slow"><div class="head"><h2 id="slow">Slow spans</h2><p class="small">by the slowest of each kind${rest > 0 ? `; ${grouped(rest)} more at /api/v1/graph` : ""}</p></div>${content}</section>`;
}

function drawOperation(operation: Operation): Html {
  const { service, name, per_second, errors, count, p95_ms, max_ms, slowest_trace_id } = operation;
  return html`<li class="numbers ${levelOf(operation)}"><div><b>${name}</b> <small>${service}</small></div>
<span class="minor">${printRate(per_second)}</span><span class="toned">${printShare(errors, count)}</span><span class="minor">${printDuration(p95_ms)}</span><span><a href="/traces/${slowest_trace_id}">${printDuration(max_ms)}</a></span></li>`;
}

function drawFound({ traces, services, asked }: TracesView): Html {
  const form = drawForm("/traces", [
    {
      ...{ name: "service", label: "Service", type: "choice", value: asked.text("service") ?? "" },
      choices: [["", "any"], ...services.map(({ name }) => [name, name] as const)],
    },
    { name: "min_duration", label: "At least", type: "text", value: asked.text("min_duration") ?? "", hint: "250ms" },
    { name: "since", label: "When", type: "choice", value: asked.text("since") ?? "", choices: sinceChoices },
    { name: "error", label: "with errors only", type: "check", isOn: asked.text("error") === "true" },
    { name: "trace_id", label: "or a trace identifier", type: "text", value: "", hint: "32 digits", isWide: true },
  ]);
  return html`<section aria-labelledby="found"><div class="head"><h2 id="found">Traces</h2><p class="small">the newest first</p></div>${form}
${traces.length === 0 ? html`<p class="empty">Nothing found.</p>` : html`<ul class="rows">${traces.map(drawTrace)}</ul>`}</section>`;
}

function drawTrace({ trace_id, start_ms, duration_ms, service, name, spans, errors, services }: TraceSummary): Html {
  return html`<li class="trace ${errors > 0 ? "bad" : "good"}"><span class="time">${clock(start_ms)}</span><div><a href="/traces/${trace_id}">${service}: ${name}</a> ${
    errors > 0 ? html`<span class="tag">${plural(errors, "error")}</span>` : undefined
  }</div><span class="took">${printDuration(duration_ms)}</span><small>${plural(spans, "span")} in ${services.join(", ")}</small></li>`;
}
