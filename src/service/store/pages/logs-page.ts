import { type Html, html } from "../../page/html.ts";
import { grouped } from "../../page/sections.ts";
import type { Parameters } from "../api/parameters.ts";
import { levels } from "../bulk/record.ts";
import { isFull, type LogLine } from "../search/logs.ts";
import type { ServiceSummary } from "../search/services.ts";
import { drawForm, sinceChoices } from "./form.ts";
import { drawLines } from "./lines.ts";

/** What `/logs` shows. `asked` is what the form shows again. */
export interface LogsView {
  readonly lines: readonly LogLine[];
  readonly limit: number;
  readonly services: readonly ServiceSummary[];
  readonly asked: Pick<Parameters, "text">;
}

export function drawLogs({ lines, limit, services, asked }: LogsView): Html {
  const form = drawForm("/logs", [
    {
      name: "text",
      label: "Text",
      type: "text",
      value: asked.text("text") ?? "",
      hint: 'timeout "order 42"',
      isWide: true,
    },
    {
      ...{ name: "service", label: "Service", type: "choice", value: asked.text("service") ?? "" },
      choices: [["", "any"], ...services.map(({ name }) => [name, name] as const)],
    },
    {
      ...{ name: "level", label: "Level", type: "choice", value: asked.text("level") ?? "" },
      choices: [["", "any"], ...levels.map((level) => [level, `${level} and worse`] as const)],
    },
    { name: "since", label: "When", type: "choice", value: asked.text("since") ?? "", choices: sinceChoices },
    { name: "trace_id", label: "Trace", type: "text", value: asked.text("trace_id") ?? "", hint: "32 digits" },
  ]);
  const words = isFull(lines, limit)
    ? `the newest ${grouped(lines.length)} that fit`
    : `${grouped(lines.length)} found`;
  return html`<section aria-labelledby="lines"><div class="head"><h2 id="lines">Log lines</h2><p class="small">${words}, the newest first; open one for its fields</p></div>${form}
${lines.length === 0 ? html`<p class="empty">Nothing found.</p>` : drawLines(lines)}${drawOlder(lines, limit, asked)}</section>`;
}

/** Goes on where this page ends. */
function drawOlder(lines: readonly LogLine[], limit: number, asked: LogsView["asked"]): Html | undefined {
  const last = lines.at(-1);
  if (last === undefined || !isFull(lines, limit)) return undefined;
  const query = new URLSearchParams();
  for (const name of ["text", "service", "level", "trace_id", "since"]) {
    const value = asked.text(name);
    if (value !== undefined) query.set(name, value);
  }
  query.set("before", last.cursor);
  return html`<p class="pager"><a href="/logs?${query.toString()}">older lines</a></p>`;
}
