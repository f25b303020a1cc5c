import { levelLines, seriesColour, theme } from "./colours.ts";
import type { Panel } from "./dashboard.ts";
import { type Range, type Series, stepSeconds } from "./data.ts";
import { printValue, ticks } from "./numbers.ts";
import { type Box, element, label } from "./svg.ts";

const legendHeight = 20;
const axisHeight = 16;
const axisWidth = 62;

/** Lines over time with a scale, the levels as dashed lines, and a legend. */
export function drawLines(panel: Panel, series: readonly Series[], range: Range, box: Box): string {
  const plot = {
    x: box.x + axisWidth,
    y: box.y + 4,
    width: box.width - axisWidth - 6,
    height: box.height - legendHeight - axisHeight - 4,
  };
  const scale = scaleOf(panel, series);
  const toX = (seconds: number): number => plot.x + ((seconds - range.from) / (range.to - range.from)) * plot.width;
  const toY = (value: number): number =>
    plot.y + plot.height - ((value - scale.from) / (scale.to - scale.from)) * plot.height;
  const isShown = (value: number): boolean => value >= scale.from && value <= scale.to;
  const ends = { x1: plot.x, x2: plot.x + plot.width };
  const grid = scale.marks
    .filter(isShown)
    .map(
      (mark) =>
        element("line", { ...ends, y1: toY(mark), y2: toY(mark), stroke: theme.grid }) +
        label(
          printValue(mark, unitOf(panel)),
          { x: plot.x - 8, y: toY(mark) + 4 },
          { fill: theme.faint, size: 11, anchor: "end" },
        ),
    );
  const levels = levelLines(panel)
    .filter(({ value }) => isShown(value))
    .map(({ value, colour }) =>
      element("line", {
        ...ends,
        y1: toY(value),
        y2: toY(value),
        stroke: colour,
        "stroke-dasharray": "6 6",
        "stroke-opacity": 0.75,
      }),
    );
  const fillOpacity = series.length > 4 ? "0.03" : "0.1";
  const lines = series.flatMap(({ points }, index) => {
    const stroke = seriesColour(index);
    return unbroken(points).map((stretch) => {
      const corners = stretch.map(([at, value]) => `${toX(at).toFixed(1)} ${toY(clamped(value, scale)).toFixed(1)}`);
      const base = toY(clamped(0, scale)).toFixed(1);
      const ends = [stretch.at(-1), stretch[0]].map((end) => `L${toX(end?.[0] ?? range.from).toFixed(1)} ${base}`);
      const line = `M${corners.join("L")}`;
      return (
        element("path", { d: `${line}${ends.join("")}Z`, fill: stroke, "fill-opacity": fillOpacity }) +
        element("path", { d: line, fill: "none", stroke, "stroke-width": "1.4", "stroke-linejoin": "round" })
      );
    });
  });
  return [...grid, ...levels, ...lines, ...drawTimes(range, plot), drawLegend(series, box)].join("");
}

/** Stretches of a series without a hole; one that is not a number is a hole too. */
function unbroken(points: Series["points"]): readonly Series["points"][] {
  const stretches: (readonly [number, number])[][] = [];
  let before = Number.NEGATIVE_INFINITY;
  for (const [at, value] of points) {
    if (!Number.isFinite(value)) continue;
    if (at - before > stepSeconds * 1.5) stretches.push([]);
    stretches.at(-1)?.push([at, value]);
    before = at;
  }
  return stretches;
}

function clamped(value: number, { from, to }: { readonly from: number; readonly to: number }): number {
  return Math.min(Math.max(value, from), to);
}

/** Times of day under a plot. */
export function drawTimes(range: Range, plot: Box): readonly string[] {
  const step = [15, 30, 60, 120, 300, 600].find((each) => (range.to - range.from) / each <= 8) ?? 1_800;
  const first = Math.ceil(range.from / step) * step;
  const count = Math.floor((range.to - first) / step) + 1;
  return Array.from({ length: count }, (_, index) => first + index * step).map((seconds) => {
    const x = plot.x + ((seconds - range.from) / (range.to - range.from)) * plot.width;
    const time = new Date(seconds * 1000).toISOString().slice(11, step < 60 ? 19 : 16);
    return label(time, { x, y: plot.y + plot.height + 14 }, { fill: theme.faint, size: 11, anchor: "middle" });
  });
}

function drawLegend(series: readonly Series[], box: Box): string {
  const y = box.y + box.height - 6;
  let x = box.x + 8;
  const shown: string[] = [];
  for (const [index, { name }] of series.entries()) {
    const width = name.length * 6.4 + 28;
    if (x + width > box.x + box.width - 40 && index < series.length - 1) {
      shown.push(label(`+${series.length - index}`, { x, y }, { fill: theme.faint, size: 11 }));
      break;
    }
    shown.push(element("rect", { x, y: y - 5, width: 14, height: 3, rx: 1, fill: seriesColour(index) }));
    shown.push(label(name, { x: x + 19, y }, { fill: theme.text, size: 11 }));
    x += width;
  }
  return shown.join("");
}

function scaleOf(
  panel: Panel,
  series: readonly Series[],
): { readonly from: number; readonly to: number; readonly marks: readonly number[] } {
  const { min, max } = panel.fieldConfig?.defaults ?? {};
  const values = series.flatMap(({ points }) => points.map(([, value]) => value)).filter(Number.isFinite);
  const low = min ?? Math.min(...values, Number.POSITIVE_INFINITY);
  const high = max ?? Math.max(...values, Number.NEGATIVE_INFINITY);
  const from = Number.isFinite(low) ? low : 0;
  const to = Number.isFinite(high) && high > from ? high : from + 1;
  const marks = ticks(from, to, 4);
  return { from: min ?? marks[0] ?? from, to: max ?? marks.at(-1) ?? to, marks };
}

function unitOf({ fieldConfig }: Panel): string {
  return fieldConfig?.defaults.unit ?? "none";
}
