import { type Html, html } from "../../page/html.ts";
import { grouped } from "../../page/sections.ts";
import type { Level } from "../../page/status.ts";

/** `850 µs`, `12.3 ms`, `420 ms`, `1.24 s`, `3 min 20 s`. */
export function printDuration(ms: number): string {
  if (ms < 1) return `${Math.round(ms * 1_000)} µs`;
  if (ms < 99.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_995) return `${(ms / 1_000).toFixed(2)} s`;
  const seconds = Math.round(ms / 1_000);
  return `${grouped(Math.floor(seconds / 60))} min ${seconds % 60} s`;
}

/** `12/s`, `0.4/s`, `3/min`, `1/h`. */
export function printRate(perSecond: number): string {
  if (perSecond >= 9.95) return `${grouped(Math.round(perSecond))}/s`;
  if (perSecond >= 0.1) return `${perSecond.toFixed(1)}/s`;
  if (perSecond * 60 >= 0.95) return `${Math.round(perSecond * 60)}/min`;
  return `${Math.max(1, Math.round(perSecond * 3_600))}/h`;
}

/** `0 %`, `<0.1 %`, `2.5 %`, `40 %`. */
export function printShare(part: number, whole: number): string {
  const percent = whole === 0 ? 0 : (100 * part) / whole;
  if (percent === 0) return "0 %";
  if (percent < 0.1) return "<0.1 %";
  return `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
}

/** `640 kB`, `38 MB`, `1.2 GB`, in units of 1,024. */
export function printBytes(bytes: number): string {
  if (bytes < 1_024 ** 2) return `${Math.round(bytes / 1_024)} kB`;
  if (bytes < 1_024 ** 3) return `${Math.round(bytes / 1_024 ** 2)} MB`;
  return `${(bytes / 1_024 ** 3).toFixed(1)} GB`;
}

/** `18:30:00.123` with the whole time for whoever points at it. */
export function clock(ms: number): Html {
  const exact = new Date(ms).toISOString();
  return html`<time datetime="${exact}" title="${exact}">${exact.slice(5, 10)} ${exact.slice(11, 23)}</time>`;
}

/** How calls are by the share of those that fail. */
export function levelOf({ errors, count }: { readonly errors: number; readonly count: number }): Level {
  if (errors === 0) return "good";
  return errors / count >= 0.05 ? "bad" : "warning";
}
