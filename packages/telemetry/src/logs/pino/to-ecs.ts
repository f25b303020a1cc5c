import { isoNow } from "./clock.ts";
import type { EcsBase } from "./ecs.ts";

/**
 * A line in the application's own format as ECS, for the sink: what has no time is refused by a data stream. Fields keep
 * their names where there is none of ours for them; a line that is no JSON object becomes the message of one.
 */
export function toEcs(line: string, base: EcsBase, messageKey: string): string {
  const fields = parse(line);
  const { time, timestamp, level, severity, [messageKey]: message, err, ...rest } = fields ?? {};
  const text = fields === undefined ? line.trimEnd() : message;
  return `${JSON.stringify({
    "log.level": levelOf(level ?? severity),
    "@timestamp": timeOf(time ?? timestamp),
    ...base,
    ...(err === undefined ? {} : { error: typeof err === "string" ? { message: err } : err }),
    ...rest,
    ...(text === undefined ? {} : { message: text }),
  })}\n`;
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const names: Readonly<Record<number, string>> = {
  10: "trace",
  20: "debug",
  30: "info",
  40: "warn",
  50: "error",
  60: "fatal",
};

function levelOf(level: unknown): string {
  if (typeof level === "number") return names[level] ?? String(level);
  return typeof level === "string" ? level.toLowerCase() : "info";
}

/** Milliseconds since 1970, seconds with fractions would be long ago, or a text that a clock understands. */
function timeOf(time: unknown): string {
  const ms = typeof time === "number" ? time : typeof time === "string" ? Date.parse(time) : Number.NaN;
  return Number.isFinite(ms) && Math.abs(ms) < 8.64e15 ? new Date(ms).toISOString() : isoNow();
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
