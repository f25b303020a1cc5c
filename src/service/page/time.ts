import { type Html, html } from "./html.ts";

const steps = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
] as const;

/** `12 s`, `3 min`, `2 h 10 min`, `4 d 3 h`. */
export function printAge(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const at = steps.findIndex(([, size]) => seconds >= size);
  const [unit, size] = steps[at] ?? ["s", 1];
  const [lesser, lesserSize] = steps[at + 1] ?? ["s", 1];
  const rest = Math.floor((seconds % size) / lesserSize);
  const isCoarse = unit === "d" || unit === "h";
  return `${Math.floor(seconds / size)} ${unit}${isCoarse && rest > 0 ? ` ${rest} ${lesser}` : ""}`;
}

/** A moment as people want it, its age, with the exact one for whoever points at it. */
export function ago(atMs: number, nowMs: number): Html {
  const exact = new Date(atMs).toISOString();
  return html`<time datetime="${exact}" title="${utc(atMs)}">${printAge(nowMs - atMs)} ago</time>`;
}

/** `2026-11-21 14:03:22 UTC`. */
export function utc(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
