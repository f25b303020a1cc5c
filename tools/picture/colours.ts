import type { Panel } from "./dashboard.ts";

const named: Readonly<Record<string, string>> = {
  green: "#5fb760",
  yellow: "#e5b93c",
  red: "#e0524f",
  blue: "#5b9be6",
};
const palette = ["#5fb760", "#e5b93c", "#5b9be6", "#e8813a", "#d8589f", "#8f6fd6", "#3fb5b0", "#b5a642", "#c4705b"];

/** Colours of a page with a dark ground. */
export const theme = {
  page: "#111318",
  panel: "#1a1d24",
  edge: "#2a2f3a",
  grid: "#2b303b",
  text: "#d5d9e2",
  faint: "#8b93a3",
} as const;

/** The colour of the series with this place in its panel. */
export function seriesColour(index: number): string {
  return palette[index % palette.length] ?? theme.text;
}

/** The colour of the level that a value is on. */
export function levelColour({ fieldConfig }: Panel, value: number): string {
  const steps = fieldConfig?.defaults.thresholds.steps ?? [];
  const step = steps.findLast((each) => each.value === null || value >= each.value);
  return named[step?.color ?? ""] ?? theme.text;
}

/** Levels above the lowest one, as lines to draw. */
export function levelLines({ fieldConfig }: Panel): readonly { readonly value: number; readonly colour: string }[] {
  const steps = fieldConfig?.defaults.thresholds.steps ?? [];
  return steps.flatMap(({ value, color }) => (value === null ? [] : [{ value, colour: named[color] ?? theme.text }]));
}
