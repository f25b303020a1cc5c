import { levelColour, theme } from "./colours.ts";
import type { Panel } from "./dashboard.ts";
import type { Range, Series } from "./data.ts";
import { drawTimes } from "./lines.ts";
import { printValue } from "./numbers.ts";
import { type Box, element, label } from "./svg.ts";

/** One bar for each series, in the colour of the level that it was on; the words of values stand in it. */
export function drawStates(panel: Panel, series: readonly Series[], range: Range, box: Box): string {
  const names = 130;
  const plot = { x: box.x + names, y: box.y + 4, width: box.width - names - 8, height: box.height - 26 };
  const height = Math.min(72, plot.height / Math.max(1, series.length));
  const top = plot.y + (plot.height - height * series.length) / 2;
  const toX = (seconds: number): number => plot.x + ((seconds - range.from) / (range.to - range.from)) * plot.width;
  const rows = series.map(({ name, points }, index) => {
    const y = top + index * height + height * 0.12;
    const bars = stretches(points).map(({ from, to, value }) => {
      const [x, right] = [toX(from), Math.min(toX(to), plot.x + plot.width)];
      const place = { x, y, width: Math.max(1, right - x), height: height * 0.76 };
      const text = label(
        wordFor(panel, value),
        { x: x + 8, y: y + height * 0.38 + 4 },
        { fill: "#10131a", size: 12, weight: 600, room: right - x - 10 },
      );
      return (
        element("rect", { ...place, rx: 2, fill: levelColour(panel, value), "fill-opacity": "0.85" }) +
        (right - x > 30 ? text : "")
      );
    });
    const title = label(
      name,
      { x: plot.x - 10, y: y + height * 0.38 + 4 },
      { fill: theme.text, size: 12, anchor: "end", room: names - 14 },
    );
    return title + bars.join("");
  });
  return [...rows, ...drawTimes(range, plot)].join("");
}

/** A bar for the last value of each series, against the panel's maximum. */
export function drawGauges(panel: Panel, series: readonly Series[], box: Box): string {
  const { unit = "none", max } = panel.fieldConfig?.defaults ?? {};
  const last = series.flatMap(({ name, points }) => points.slice(-1).map(([, value]) => ({ name, value }))).slice(0, 8);
  const top = max ?? Math.max(...last.map(({ value }) => value), 1e-9);
  const height = Math.min(56, (box.height - 8) / Math.max(1, last.length));
  const start = box.y + (box.height - 8 - height * last.length) / 2;
  const bar = { x: box.x + 150, width: box.width - 150 - 110 };
  return last
    .map(({ name, value }, index) => {
      const y = start + index * height;
      const fill = levelColour(panel, value);
      const middle = y + height / 2 + 4;
      return (
        label(name, { x: bar.x - 10, y: middle }, { fill: theme.text, size: 12, anchor: "end", room: 140 }) +
        element("rect", { ...bar, y: y + 4, height: height - 8, rx: 2, fill: theme.grid }) +
        element("rect", {
          ...bar,
          y: y + 4,
          height: height - 8,
          rx: 2,
          fill,
          "fill-opacity": "0.85",
          width: Math.max(2, (bar.width * Math.min(value, top)) / top),
        }) +
        label(printValue(value, unit), { x: bar.x + bar.width + 10, y: middle }, { fill, size: 13, weight: 600 })
      );
    })
    .join("");
}

/** The last value of each series, large, side by side. */
export function drawStats(panel: Panel, series: readonly Series[], box: Box): string {
  const { unit = "none" } = panel.fieldConfig?.defaults ?? {};
  const width = box.width / Math.max(1, series.length);
  return series
    .map(({ name, points }, index) => {
      const value = points.at(-1)?.[1] ?? Number.NaN;
      const x = box.x + (index + 0.5) * width;
      const [word, middle] = [wordFor(panel, value) || printValue(value, unit), box.y + box.height / 2];
      const style = { anchor: "middle", room: width - 8 };
      return (
        label(word, { x, y: middle + 8 }, { ...style, fill: levelColour(panel, value), size: 26, weight: 600 }) +
        (series.length === 1 ? "" : label(name, { x, y: middle + 28 }, { ...style, fill: theme.faint, size: 11 }))
      );
    })
    .join("");
}

/** The labels and the value of each series, a row each. */
export function drawTable(panel: Panel, series: readonly Series[], box: Box): string {
  const { unit = "none" } = panel.fieldConfig?.defaults ?? {};
  return series
    .slice(0, Math.floor((box.height - 4) / 22))
    .map(({ name, points }, index) => {
      const [value, y] = [points.at(-1)?.[1] ?? Number.NaN, box.y + 18 + index * 22];
      return (
        label(name, { x: box.x + 10, y }, { fill: theme.text, size: 12, room: box.width - 110 }) +
        label(
          wordFor(panel, value) || printValue(value, unit),
          { x: box.x + box.width - 10, y },
          { fill: levelColour(panel, value), size: 12, anchor: "end" },
        )
      );
    })
    .join("");
}

/** The word that the panel has for a value; empty where it has none. */
function wordFor({ fieldConfig }: Panel, value: number): string {
  return fieldConfig?.defaults.mappings.flatMap(({ options }) => options[String(value)]?.text ?? [])[0] ?? "";
}

function stretches(
  points: Series["points"],
): readonly { readonly from: number; readonly to: number; readonly value: number }[] {
  const found: { from: number; to: number; value: number }[] = [];
  for (const [seconds, value] of points) {
    const open = found.at(-1);
    if (open !== undefined) open.to = seconds;
    if (open === undefined || open.value !== value) found.push({ from: seconds, to: seconds, value });
  }
  return found;
}
