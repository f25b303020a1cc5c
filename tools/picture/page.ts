import { theme } from "./colours.ts";
import type { Dashboard, Panel } from "./dashboard.ts";
import type { Range, Series } from "./data.ts";
import { drawLines } from "./lines.ts";
import { drawGauges, drawStates, drawStats, drawTable } from "./states.ts";
import { type Box, element, label } from "./svg.ts";

/** Pixels of the page. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

const columns = 24;
const rowHeight = 25;
const gap = 8;
const top = 84;

/** The size that a dashboard takes at this width. */
export function sizeOf({ panels }: Dashboard, width: number): Size {
  const rows = Math.max(...panels.map(({ gridPos }) => gridPos.y + gridPos.h));
  return { width, height: top + rows * rowHeight + gap };
}

/**
 * The dashboard as a page, in its own layout of 24 columns. `chosen` says what the variables are set to,
 * `footnote` where picture and data come from.
 */
export function drawPage(
  dashboard: Dashboard,
  dataOf: (panel: Panel) => readonly Series[],
  about: { readonly range: Range; readonly size: Size; readonly chosen: string; readonly footnote: string },
): string {
  const { range, size } = about;
  const unit = (size.width - 2 * gap) / columns;
  const drawn = dashboard.panels.map((panel) => {
    const { x, y, w, h } = panel.gridPos;
    const box = {
      x: gap + x * unit + gap / 2,
      y: top + y * rowHeight,
      width: w * unit - gap,
      height: h * rowHeight - gap,
    };
    return panel.type === "row" ? drawRow(panel, box) : drawPanel(panel, dataOf(panel), range, box);
  });
  const header =
    label(dashboard.title, { x: 20, y: 38 }, { fill: theme.text, size: 21, weight: 600 }) +
    label(about.chosen, { x: 20, y: 64 }, { fill: theme.faint, size: 13 }) +
    label(about.footnote, { x: size.width - 20, y: 37 }, { fill: theme.faint, size: 12.5, anchor: "end" });
  const svg = element(
    "svg",
    { xmlns: "http://www.w3.org/2000/svg", ...size, "font-family": "DejaVu Sans, sans-serif" },
    element("rect", { ...size, fill: theme.page }) + header + drawn.join(""),
  );
  return `<!doctype html><meta charset="utf-8"><style>html,body{margin:0;background:${theme.page}}svg{display:block}</style>${svg}\n`;
}

function drawRow({ title }: Panel, box: Box): string {
  const y = box.y + box.height / 2 + 6;
  const chevron = `M${box.x + 6} ${y - 7}l4 4l4 -4`;
  return (
    element("path", { d: chevron, fill: "none", stroke: theme.faint, "stroke-width": "1.6" }) +
    label(title, { x: box.x + 22, y }, { fill: theme.text, size: 14, weight: 600 })
  );
}

function drawPanel(panel: Panel, series: readonly Series[], range: Range, box: Box): string {
  const inner = { x: box.x + 6, y: box.y + 30, width: box.width - 12, height: box.height - 34 };
  return (
    element("rect", { ...box, rx: 3, fill: theme.panel, stroke: theme.edge }) +
    label(panel.title, { x: box.x + 12, y: box.y + 20 }, { fill: theme.text, size: 13, weight: 600 }) +
    drawContent(panel, series, range, inner)
  );
}

function drawContent(panel: Panel, series: readonly Series[], range: Range, box: Box): string {
  if (series.length === 0) {
    const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    return label("No data", middle, { fill: theme.faint, size: 14, anchor: "middle" });
  }
  switch (panel.type) {
    case "timeseries":
      return drawLines(panel, series, range, box);
    case "state-timeline":
      return drawStates(panel, series, range, box);
    case "bargauge":
      return drawGauges(panel, series, box);
    case "stat":
      return drawStats(panel, series, box);
    case "table":
      return drawTable(panel, series, box);
    default:
      throw new Error(`panels of type ${panel.type} cannot be drawn`);
  }
}
