import { cut, isRecord } from "../json.ts";
import { fieldOf, textField } from "./fields.ts";

/** A log line as the store keeps it. */
export interface LogRecord {
  /** Milliseconds since 1970, by the line's `@timestamp`. */
  readonly timeMs: number;
  readonly service: string;
  /** As the line has it, in lower case. */
  readonly level: string;
  /** The level as pino counts: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal. */
  readonly severity: number;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  readonly message: string;
  /** What a search for text looks at: message, and the error's type and message. */
  readonly text: string;
  /** The line as it came, JSON. */
  readonly document: string;
}

const maxMessage = 8_192;
/** Objects and lists within one another; what is much deeper can be read, and not written again. */
const maxDepth = 100;
const severities: Readonly<Record<string, number>> = {
  ...{ trace: 10, verbose: 20, debug: 20, info: 30, information: 30, notice: 30, warn: 40, warning: 40 },
  ...{ error: 50, err: 50, critical: 60, crit: 60, alert: 60, emerg: 60, emergency: 60, fatal: 60 },
};

/** Severity of the levels that a search can name. */
export const levels = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
export type Level = (typeof levels)[number];

export function severityOf(level: string): number {
  return Object.hasOwn(severities, level) ? (severities[level] ?? 30) : 30;
}

/** Reads a line of ECS JSON; `stream` names it where it does not say which service it is of. A text says why it is none. */
export function recordOf(line: string, stream: string): LogRecord | string {
  const document = parse(line);
  if (typeof document === "string") return document;
  const timeMs = timeOf(fieldOf(document, "@timestamp"));
  if (timeMs === undefined)
    return "data stream timestamp field [@timestamp] is missing, or is no ISO 8601 time and no number of milliseconds";
  const level = cut((textField(document, "log.level") ?? "info").toLowerCase(), 32);
  const message = cut(textField(document, "message") ?? "", maxMessage);
  const error = [textField(document, "error.type"), textField(document, "error.message")];
  return {
    timeMs,
    service: cut(textField(document, "service.name") ?? textField(document, "event.dataset") ?? stream, 128),
    level,
    severity: severityOf(level),
    traceId: idOf(textField(document, "trace.id"), 32),
    spanId: idOf(textField(document, "span.id"), 16),
    message,
    text: cut([message, ...error.filter((part) => part !== undefined)].join("\n"), maxMessage),
    document: line.toWellFormed(),
  };
}

function parse(line: string): Readonly<Record<string, unknown>> | string {
  try {
    const document: unknown = JSON.parse(line);
    if (!isRecord(document)) return "the document is no object";
    return isDeeper(document, maxDepth)
      ? `the document has objects within objects, more than ${maxDepth} deep`
      : document;
  } catch (error) {
    return `the document is no JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => isDeeper(each, levels - 1));
}

/** No time before 1970 or after the year 9999. */
function timeOf(value: unknown): number | undefined {
  const ms =
    typeof value === "number"
      ? value
      : typeof value === "string" && /^\d{4}-\d\d-\d\d/.test(value)
        ? Date.parse(value)
        : Number.NaN;
  return ms >= 0 && ms < 253_402_300_800_000 ? Math.trunc(ms) : undefined;
}

function idOf(value: string | undefined, digits: number): string | undefined {
  return value?.length === digits && /^[0-9a-fA-F]+$/.test(value) ? value.toLowerCase() : undefined;
}
