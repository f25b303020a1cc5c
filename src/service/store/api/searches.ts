import type { LogSearch } from "../search/logs.ts";
import type { OverviewSearch } from "../search/overview.ts";
import type { TraceSearch } from "../search/traces.ts";
import { ParameterError, type Parameters } from "./parameters.ts";

/** Parameters of each search, which pages and API share. */
export const timeParameters = ["since", "from", "to"] as const;
export const traceParameters = [...timeParameters, "service", "min_duration", "error", "limit"] as const;
export const logParameters = [...timeParameters, "service", "level", "trace_id", "text", "before", "limit"] as const;

/** The time that an overview spans unless it is told. */
export const usualSinceMs = 15 * 60_000;

interface Span {
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
}

/** `since=15m` is as long as that up to now; `from` and `to` are times. */
export function timeOf(parameters: Parameters, nowMs: number): Span {
  const since = parameters.duration("since");
  const [fromMs, toMs] = [parameters.time("from"), parameters.time("to")];
  if (since !== undefined && (fromMs !== undefined || toMs !== undefined))
    throw new ParameterError("since is up to now; leave it out beside from and to");
  if (fromMs !== undefined && toMs !== undefined && toMs <= fromMs) throw new ParameterError("to is not after from");
  return { fromMs: since === undefined ? fromMs : Math.max(0, nowMs - since), toMs };
}

export function overviewSearch(parameters: Parameters, nowMs: number): OverviewSearch {
  const { fromMs, toMs = nowMs } = timeOf(parameters, nowMs);
  return { fromMs: fromMs ?? toMs - usualSinceMs, toMs };
}

export function traceSearch(parameters: Parameters, nowMs: number): TraceSearch {
  return {
    ...timeOf(parameters, nowMs),
    service: parameters.text("service"),
    minDurationMs: parameters.duration("min_duration"),
    hasError: parameters.flag("error"),
    limit: parameters.limit("limit", { usual: 50, most: 1_000 }),
  };
}

export function logSearch(parameters: Parameters, nowMs: number): LogSearch {
  return {
    ...timeOf(parameters, nowMs),
    service: parameters.text("service"),
    level: parameters.level("level"),
    traceId: parameters.traceId("trace_id"),
    text: parameters.text("text"),
    before: parameters.cursor("before"),
    limit: parameters.limit("limit", { usual: 100, most: 1_000 }),
  };
}
