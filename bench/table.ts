import { type Measured, median, type Run } from "./measure.ts";

/** One line of a table: what took how long, and what it is compared with. */
export interface Row {
  readonly what: string;
  /** Medians, or why it was not measured. */
  readonly figures: Figures | string;
  /** Name of the row that this one is divided by. */
  readonly against?: string;
  readonly goal?: Goal;
}

export interface Figures {
  readonly wallMs: number;
  readonly leastMs: number;
  readonly mostMs: number;
  /** How many runs were counted. */
  readonly runs: number;
  readonly cpuMs?: number | undefined;
  readonly peakMiB?: number | undefined;
}

/** What is wanted: at most so much time or memory, or so many times faster or slower than the row it is compared with. */
export interface Goal {
  readonly wallMs?: number;
  readonly peakMiB?: number;
  readonly atLeastTimes?: number;
  readonly atMostTimes?: number;
}

/** The medians of a command's runs. */
export function figuresOf(measured: Measured, name: string): Figures | string {
  const runs = measured.get(name) ?? "it was not run";
  return typeof runs === "string" ? runs : figures(runs);
}

/** The medians of some runs. */
export function figures(runs: readonly Run[]): Figures | string {
  const walls = runs.map(({ wallMs }) => wallMs);
  const wallMs = median(walls);
  if (wallMs === undefined) return "there was no run";
  return {
    wallMs,
    leastMs: Math.min(...walls),
    mostMs: Math.max(...walls),
    runs: runs.length,
    cpuMs: median(runs.flatMap(({ cpuMs }) => cpuMs ?? [])),
    peakMiB: median(runs.flatMap(({ peakMiB }) => peakMiB ?? [])),
  };
}

const headings = ["what", "median", "runs", "least to most", "CPU", "memory", "ratio", "goal"];

/** What a time in milliseconds is judged by. */
interface Machine {
  readonly isBusy: boolean;
  readonly pace: number;
}

/**
 * A table in Markdown. What could not be measured says why, and no goal counts as reached by it; nor is a time missed on a
 * busy machine.
 */
export function printTable(title: string, rows: readonly Row[], machine: Machine): string {
  const byName = new Map(rows.map((row) => [row.what, row]));
  const cells = rows.map((row) =>
    cellsOf(row, row.against === undefined ? undefined : byName.get(row.against), machine),
  );
  const widths = headings.map((heading, at) => Math.max(heading.length, ...cells.map((line) => line[at]?.length ?? 0)));
  const line = (texts: readonly string[]): string =>
    `| ${texts.map((text, at) => text.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  return [
    `## ${title}`,
    "",
    line(headings),
    line(widths.map((width) => "-".repeat(width))),
    ...cells.map(line),
    "",
  ].join("\n");
}

function cellsOf({ what, figures: own, goal }: Row, other: Row | undefined, machine: Machine): readonly string[] {
  if (typeof own === "string")
    return [what, `not measured: ${own}`, "", "", "", "", "", goal === undefined ? "" : "not measured"];
  const times =
    other === undefined || typeof other.figures === "string" ? undefined : own.wallMs / other.figures.wallMs;
  return [
    what,
    milliseconds(own.wallMs),
    String(own.runs),
    `${milliseconds(own.leastMs)} to ${milliseconds(own.mostMs)}`,
    own.cpuMs === undefined ? "" : milliseconds(own.cpuMs),
    own.peakMiB === undefined ? "" : `${own.peakMiB.toFixed(0)} MiB`,
    other === undefined ? "" : times === undefined ? "not measured" : `${times.toFixed(2)} × ${other.what}`,
    goal === undefined ? "" : verdict(goal, own, { times, machine }),
  ];
}

interface Context {
  readonly times: number | undefined;
  readonly machine: Machine;
}

function verdict(goal: Goal, own: Figures, { times, machine }: Context): string {
  const { wallMs, peakMiB, atLeastTimes, atMostTimes } = goal;
  const parts: readonly (readonly [string, boolean | string | undefined])[] = [
    ...(wallMs === undefined ? [] : [[`≤ ${milliseconds(wallMs)}`, judge(own.wallMs, wallMs, machine)] as const]),
    ...(peakMiB === undefined
      ? []
      : [[`≤ ${peakMiB} MiB`, own.peakMiB === undefined ? undefined : own.peakMiB <= peakMiB] as const]),
    ...(atLeastTimes === undefined
      ? []
      : [[`≥ ${atLeastTimes} ×`, times === undefined ? undefined : times >= atLeastTimes] as const]),
    ...(atMostTimes === undefined
      ? []
      : [[`≤ ${atMostTimes} ×`, times === undefined ? undefined : times <= atMostTimes] as const]),
  ];
  return parts.map(([text, isReached]) => `${text} ${wordOf(isReached)}`).join(", ");
}

/** A time beyond its goal may still be within it on a machine as quick as that on which the goal was set. */
function judge(ms: number, goalMs: number, { isBusy, pace }: Machine): boolean | string {
  if (ms <= goalMs) return true;
  const atPace = ms <= goalMs * pace ? ` (at this machine's pace ${milliseconds(goalMs * pace)}: reached)` : "";
  return `${isBusy ? "not judged: busy" : "MISSED"}${atPace}`;
}

function wordOf(isReached: boolean | string | undefined): string {
  if (typeof isReached === "string") return isReached;
  return isReached === undefined ? "not measured" : isReached ? "reached" : "MISSED";
}

function milliseconds(ms: number): string {
  return ms < 1000 ? `${ms.toFixed(ms < 100 ? 1 : 0)} ms` : `${(ms / 1000).toFixed(2)} s`;
}
