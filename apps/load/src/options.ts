import { parseArgs } from "node:util";

export interface Options {
  readonly target: URL;
  /** Where the WebSockets go. */
  readonly live: URL;
  /** Users that arrive in a second at the busiest time of a weekday. */
  readonly rate: number;
  /** How long new users arrive. Those who are there may finish, for a few seconds. */
  readonly seconds: number;
  /** How long a day is; undefined for no curve: always the full rate. */
  readonly dayMs: number | undefined;
  readonly startHour: number;
  /** 1 is Monday. */
  readonly startWeekday: number;
  /** Users at the same time. */
  readonly concurrency: number;
}

export const usage = `Examples:
  node apps/load/src/main.ts --target http://127.0.0.1:3000 --rate 5 --seconds 60
  node apps/load/src/main.ts --rate 20 --seconds 600 --day 10m --start 09:00

  --target URL       the gateway (default http://127.0.0.1:3000)
  --live URL         danmu, where it is not reached by the target
  --rate N           users a second at the busiest time of a weekday, up to 500 (default 5)
  --seconds N        how long new users arrive, up to 86400 (default 60)
  --day DURATION     a whole day passes in this time: 30s, 10m, 24h (default 24h); "flat" for no curve
  --start HH:MM      where in the day it begins (default: now)
  --weekday N        where in the week it begins, 1 is Monday (default: today)
  --concurrency N    users at the same time, up to 5000 (default 500); the others are counted and not started
`;

/** Options of the command line, or a sentence that says what is wrong with them. */
export function readOptions(args: readonly string[], now: Date): Options | "help" | { readonly problem: string } {
  try {
    const { values } = parseArgs({ args: [...args], options: flags, strict: true });
    if (values.help === true) return "help";
    const target = address("--target", values.target);
    return {
      target,
      live: values.live === undefined ? target : address("--live", values.live),
      rate: number("--rate", values.rate, { min: 0.01, max: 500 }),
      seconds: number("--seconds", values.seconds, { min: 1, max: 86_400 }),
      dayMs: values.day === "flat" ? undefined : duration("--day", values.day),
      startHour: values.start === undefined ? now.getHours() + now.getMinutes() / 60 : clock("--start", values.start),
      startWeekday:
        values.weekday === undefined ? now.getDay() || 7 : number("--weekday", values.weekday, { min: 1, max: 7 }),
      concurrency: number("--concurrency", values.concurrency, { min: 1, max: 5000 }),
    };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

const flags = {
  target: { type: "string", default: "http://127.0.0.1:3000" },
  live: { type: "string" },
  rate: { type: "string", default: "5" },
  seconds: { type: "string", default: "60" },
  day: { type: "string", default: "24h" },
  start: { type: "string" },
  weekday: { type: "string" },
  concurrency: { type: "string", default: "500" },
  help: { type: "boolean" },
} as const;

function address(name: string, text: string): URL {
  const url = URL.parse(text);
  if (url === null || !["http:", "https:"].includes(url.protocol))
    throw new Error(`${name} "${text}" is not an address; write it like http://127.0.0.1:3000`);
  return url;
}

function number(name: string, text: string, { min, max }: { readonly min: number; readonly max: number }): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= min && value <= max))
    throw new Error(`${name} "${text}" is not a number from ${min} to ${max}`);
  return value;
}

function duration(name: string, text: string): number {
  const [, count, unit = ""] = /^(\d+(?:\.\d+)?)([smh])$/.exec(text) ?? [];
  const ms = Number(count) * ({ s: 1000, m: 60_000, h: 3_600_000 }[unit] ?? Number.NaN);
  if (!(ms >= 1000 && ms <= 7 * 86_400_000))
    throw new Error(`${name} "${text}" is not a duration; write 30s, 10m, 24h or flat`);
  return ms;
}

function clock(name: string, text: string): number {
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  if (hours === undefined) throw new Error(`${name} "${text}" is not a time of day; write it like 11:30`);
  return Number(hours) + Number(minutes) / 60;
}
