import { type Html, html } from "../../page/html.ts";
import type { Edge } from "../search/overview.ts";
import { levelOf, printDuration, printRate, printShare } from "./figures.ts";

const box = { width: 148, height: 34, acrossGap: 96, downGap: 18 } as const;
/** More is no picture any more; the list beside it has all. */
const maxNodes = 40;

interface Node {
  readonly name: string;
  readonly isPeer: boolean;
  readonly x: number;
  readonly y: number;
}

/** Who calls whom, from left to right, as a picture. Nothing where there are no calls, or too many for a picture. */
export function drawGraph(edges: readonly Edge[]): Html | undefined {
  // Counted first: the time to find places grows with the cube of it.
  const count = new Set(edges.flatMap(({ from, to }) => [from, to])).size;
  if (count === 0 || count > maxNodes) return undefined;
  const nodes = placeNodes(edges);
  const all = [...nodes.values()];
  const width = Math.max(...all.map(({ x }) => x)) + box.width + 2;
  const bottom = Math.max(...all.map(({ y }) => y)) + box.height;
  const height = bottom + 30;
  const lines = edges.flatMap((edge) => {
    const [from, to] = [nodes.get(edge.from), nodes.get(edge.to)];
    return from === undefined || to === undefined ? [] : [drawEdge(edge, from, to, bottom)];
  });
  return html`<div class="graph"><svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="Who calls whom; the list below has the same figures">${lines}${all.map(drawNode)}</svg></div>`;
}

/** Columns by the longest way from where calls begin; what calls in a circle stays where it was found first. */
export function placeNodes(edges: readonly Edge[]): ReadonlyMap<string, Node> {
  const names = [...new Set(edges.flatMap(({ from, to }) => [from, to]))].sort();
  const services = new Set(edges.flatMap(({ from, to, to_is }) => (to_is === "service" ? [from, to] : [from])));
  const column = new Map(names.map((name) => [name, 0]));
  for (let round = 0; round < names.length; round++) {
    let hasMoved = false;
    for (const { from, to } of edges) {
      const next = (column.get(from) ?? 0) + 1;
      if (from === to || next <= (column.get(to) ?? 0) || next >= names.length || reaches(edges, to, from)) continue;
      column.set(to, next);
      hasMoved = true;
    }
    if (!hasMoved) break;
  }
  const columns = Map.groupBy(names, (name) => column.get(name) ?? 0);
  const tallest = Math.max(0, ...[...columns.values()].map(({ length }) => length));
  const step = box.height + box.downGap;
  return new Map(
    [...columns].flatMap(([at, members]) =>
      members.map((name, row): [string, Node] => {
        const y = 14 + (row + (tallest - members.length) / 2) * step;
        return [name, { name, isPeer: !services.has(name), x: 1 + at * (box.width + box.acrossGap), y }];
      }),
    ),
  );
}

function reaches(edges: readonly Edge[], from: string, target: string): boolean {
  const seen = new Set([from]);
  for (const name of seen) {
    if (name === target) return true;
    for (const edge of edges) if (edge.from === name) seen.add(edge.to);
  }
  return false;
}

/** What passes a column goes round below it: its figure would stand behind a box. */
function drawEdge(edge: Edge, from: Node, to: Node, bottom: number): Html {
  const [x1, y1] = [from.x + box.width, from.y + box.height / 2];
  const [x2, y2] = [to.x - 7, to.y + box.height / 2];
  const bend = Math.max(40, (x2 - x1) / 2);
  const middle = (y1 + y2) / 2;
  const passes = x2 - x1 > box.acrossGap;
  // Half way a curve is three quarters as far from its ends as its handles are.
  const low = middle + (bottom + 22 - middle) / 0.75;
  const path =
    x2 <= x1
      ? `M${x1} ${y1}C${x1 + 60} ${y1 + 70} ${x2 - 60} ${y2 + 70} ${x2} ${y2}`
      : passes
        ? `M${x1} ${y1}C${x1 + 60} ${low} ${x2 - 60} ${low} ${x2} ${y2}`
        : `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
  const [labelX, labelY] = [(x1 + x2) / 2, x2 <= x1 ? Math.max(y1, y2) + 50 : passes ? bottom + 22 : middle];
  const thickness = Math.min(6, 1.5 + Math.log10(1 + edge.per_second) * 1.6).toFixed(1);
  const title = `${edge.from} calls ${edge.to}: ${printRate(edge.per_second)}, ${printShare(edge.errors, edge.count)} fail, p95 ${printDuration(edge.p95_ms)}`;
  return html`<g class="${levelOf(edge)}"><title>${title}</title><path class="line" d="${path}" stroke-width="${thickness}"></path>
<path class="arrow" d="M${x2 + 7} ${y2}l-9 -5v10z"></path><text class="rate" x="${labelX}" y="${labelY - 5}" text-anchor="middle">${printRate(edge.per_second)}</text></g>`;
}

function drawNode({ name, isPeer, x, y }: Node): Html {
  const shown = Array.from(name).length > 19 ? `${Array.from(name).slice(0, 18).join("")}…` : name;
  const drawn = html`<rect class="node${isPeer ? " peer" : ""}" x="${x}" y="${y}" width="${box.width}" height="${box.height}" rx="${isPeer ? 17 : 6}"></rect>
<text x="${x + box.width / 2}" y="${y + 22}" text-anchor="middle">${shown}</text>`;
  if (isPeer) return html`<g><title>${name}</title>${drawn}</g>`;
  return html`<a href="/traces?service=${encodeURIComponent(name)}"><title>${name}</title>${drawn}</a>`;
}
