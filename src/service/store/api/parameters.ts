import type { Request } from "express";
import { nearest } from "../../../diagnostics/nearest.ts";
import { parseDuration } from "../../../model/units.ts";
import { levels } from "../bulk/record.ts";
import type { Cursor } from "../search/logs.ts";

/** A parameter of a request that cannot be understood; the text says what it may be. */
export class ParameterError extends Error {
  override readonly name = "ParameterError";
}

/** What a request asks, each parameter read by its kind. Empty ones, as forms send them, are as if they were missing. */
export interface Parameters {
  readonly text: (name: string) => string | undefined;
  /** A Prometheus duration, in milliseconds. */
  readonly duration: (name: string) => number | undefined;
  /** RFC 3339, or seconds since 1970, in milliseconds. */
  readonly time: (name: string) => number | undefined;
  readonly flag: (name: string) => boolean | undefined;
  readonly level: (name: string) => string | undefined;
  readonly traceId: (name: string) => string | undefined;
  /** The `cursor` of a log line. */
  readonly cursor: (name: string) => Cursor | undefined;
  /** A number from 1 to `most`; `usual` where it is missing. */
  readonly limit: (name: string, of: { readonly usual: number; readonly most: number }) => number;
}

const maxText = 1_000;

/** Throws `ParameterError` where there is another parameter than those that are known, or one twice. */
export function parametersOf({ url }: Pick<Request, "url">, known: readonly string[]): Parameters {
  const query = new URLSearchParams(/\?.*/s.exec(url)?.[0]);
  for (const name of query.keys()) {
    if (!known.includes(name)) {
      const meant = nearest(name, known);
      const fix = meant === undefined ? `known are ${known.join(", ")}` : `did you mean ${meant}?`;
      throw new ParameterError(`there is no parameter ${JSON.stringify(name.slice(0, 60))}; ${fix}`);
    }
    if (query.getAll(name).length > 1) throw new ParameterError(`${name} stands there twice`);
  }
  const wrong = (name: string, want: string): ParameterError =>
    new ParameterError(`${name} is ${JSON.stringify((query.get(name) ?? "").slice(0, 60))}; it wants ${want}`);
  const text = (name: string): string | undefined => {
    const value = query.get(name)?.trim() ?? "";
    if (value.length > maxText) throw wrong(name, `at most ${maxText} characters`);
    // SQLite's index of texts takes it for the end.
    if (value.includes("\0")) throw wrong(name, "a text without the character 0");
    return value === "" ? undefined : value.toWellFormed();
  };
  const read = <Value>(name: string, want: string, parse: (value: string) => Value | undefined): Value | undefined => {
    const value = text(name);
    if (value === undefined) return undefined;
    const parsed = parse(value);
    if (parsed === undefined) throw wrong(name, want);
    return parsed;
  };
  return {
    text,
    duration: (name) =>
      read(name, "a duration such as 250ms, 15m or 2h", (value) => {
        const ms = parseDuration(value);
        return Number.isNaN(ms) ? undefined : ms;
      }),
    time: (name) => read(name, "a time as 2026-11-21T18:30:00Z, or seconds since 1970", timeOf),
    flag: (name) =>
      read(name, "true or false", (value) => (value === "true" ? true : value === "false" ? false : undefined)),
    level: (name) =>
      read(name, `one of ${levels.join(", ")}`, (value) => levels.find((level) => level === value.toLowerCase())),
    traceId: (name) =>
      read(name, "a trace identifier of 32 hexadecimal digits", (value) =>
        isTraceId(value) ? value.toLowerCase() : undefined,
      ),
    cursor: (name) =>
      read(name, "the cursor of a log line", (value) => {
        const [, time, seq] = /^(\d{1,15})\.(\d{1,15})$/.exec(value) ?? [];
        return time === undefined ? undefined : { timeMs: Number(time), seq: Number(seq) };
      }),
    limit: (name, { usual, most }) =>
      read(name, `a number from 1 to ${most}`, (value) => {
        const number = /^\d{1,6}$/.test(value) ? Number(value) : 0;
        return number >= 1 && number <= most ? number : undefined;
      }) ?? usual,
  };
}

/** Whether a text is 32 hexadecimal digits. */
export function isTraceId(text: string): boolean {
  return /^[0-9a-fA-F]{32}$/.test(text);
}

function timeOf(value: string): number | undefined {
  const ms = /^\d{1,11}(?:\.\d{1,6})?$/.test(value)
    ? Number(value) * 1_000
    : /^\d{4}-\d\d-\d\d/.test(value)
      ? Date.parse(value)
      : Number.NaN;
  return Number.isNaN(ms) || ms < 0 ? undefined : Math.round(ms);
}
