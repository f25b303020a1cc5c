import type { SettingProblem } from "./problem.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads environment variables; what cannot be obeyed becomes a problem and counts as not set. Empty is not set. */
export interface EnvironmentReader {
  text(name: string): string | undefined;
  /** Parted by commas, without empty entries; undefined where it is not set. */
  list(name: string): readonly string[] | undefined;
  /** `true` and `false` in any case; everything else that is set is false, as the OpenTelemetry specification wants it. */
  flag(name: string): boolean | undefined;
  /** A decimal number within the bounds, both included. */
  number(name: string, bounds: Bounds): number | undefined;
  choice<T extends string>(name: string, choices: readonly T[]): T | undefined;
}

export interface Bounds {
  readonly min: number;
  readonly max?: number;
  /** Default: only whole numbers. */
  readonly fractions?: boolean;
}

export function readEnvironment(env: Environment, problems: SettingProblem[]): EnvironmentReader {
  const text = (name: string): string | undefined => {
    const value = env[name]?.trim();
    return value === "" ? undefined : value;
  };
  const refuse = (setting: string, wanted: string): undefined => {
    problems.push({ setting, message: `is ${JSON.stringify(cut(text(setting)))}; it takes ${wanted}; ignored` });
  };
  return {
    text,
    list: (name) =>
      text(name)
        ?.split(",")
        .map((each) => each.trim())
        .filter((each) => each !== ""),
    flag(name) {
      const value = text(name)?.toLowerCase();
      if (value === undefined || value === "true" || value === "false") return value && value === "true";
      refuse(name, "true or false");
      return false;
    },
    number(name, { min, max = Number.MAX_SAFE_INTEGER, fractions = false }) {
      const value = text(name);
      if (value === undefined) return undefined;
      const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value) ? Number(value) : Number.NaN;
      if (number >= min && number <= max && (fractions || Number.isInteger(number))) return number;
      const kind = fractions ? "a number" : "a whole number";
      return refuse(name, max === Number.MAX_SAFE_INTEGER ? `${kind} from ${min}` : `${kind} from ${min} to ${max}`);
    },
    choice(name, choices) {
      const value = text(name)?.toLowerCase();
      if (value === undefined) return undefined;
      return choices.find((each) => each === value) ?? refuse(name, choices.join(", "));
    },
  };
}

function cut(value: string | undefined): string | undefined {
  return value === undefined || value.length <= 60 ? value : `${value.slice(0, 60)}…`;
}
