import type { Faults } from "../faults.ts";
import type { Exemplar } from "../instruments.ts";
import { escapeLabel } from "../labels/values.ts";

/** What a scrape shows of an exemplar: labels as they stand between the braces, value, and Unix time in seconds. */
export interface ShownExemplar {
  readonly labels: string;
  readonly value: number;
  readonly seconds: number;
}

/** OpenMetrics' limit for names and values together, without quotes and commas. */
const maxLength = 128;
const names = ["trace_id", "span_id"] as const;
const idLength = (maxLength - names.join("").length) / 2;

/** The last exemplar of a series or bucket. */
export class ExemplarSlot {
  traceId = "";
  spanId = "";
  value = 0;
  ms = 0;

  put(exemplar: Exemplar, value: number, owner: { readonly metric: string; readonly faults: Faults }): void {
    const { traceId, spanId } = exemplar;
    if (typeof traceId !== "string" || typeof spanId !== "string") return;
    if (traceId.length + spanId.length > idLength * 2) {
      owner.faults.count("exemplar_cut", owner.metric);
      this.traceId = traceId.slice(0, idLength).toWellFormed();
      this.spanId = spanId.slice(0, idLength).toWellFormed();
    } else {
      this.traceId = traceId;
      this.spanId = spanId;
    }
    this.value = value;
    this.ms = Date.now();
  }

  show(): ShownExemplar {
    return {
      labels: `trace_id="${escapeLabel(this.traceId)}",span_id="${escapeLabel(this.spanId)}"`,
      value: this.value,
      seconds: this.ms / 1000,
    };
  }
}
