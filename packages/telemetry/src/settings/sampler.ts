import type { EnvironmentReader } from "./environment.ts";
import type { SettingProblem } from "./problem.ts";

/** Which traces are recorded: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ */
export interface SamplerSettings {
  readonly kind: "always_on" | "always_off" | "ratio";
  /** From 0 to 1; of the traces that begin here. */
  readonly ratio: number;
  /** Whether a caller's decision is taken over. */
  readonly parentBased: boolean;
  /** At a ratio below 1: whether traces that the ratio leaves out are kept where they fail, as far as this process knows them. */
  readonly keepErrors: boolean;
}

export interface SamplerOptions {
  /** Share of the traces that is recorded, from 0 to 1; default 1. The caller's decision comes first. */
  readonly ratio?: number;
  /** Default true. */
  readonly keepErrors?: boolean;
}

const kinds = {
  always_on: { kind: "always_on", parentBased: false },
  always_off: { kind: "always_off", parentBased: false },
  traceidratio: { kind: "ratio", parentBased: false },
  parentbased_always_on: { kind: "always_on", parentBased: true },
  parentbased_always_off: { kind: "always_off", parentBased: true },
  parentbased_traceidratio: { kind: "ratio", parentBased: true },
} as const;

type Name = keyof typeof kinds;

export function readSamplerSettings(
  options: SamplerOptions,
  { reader, problems }: { readonly reader: EnvironmentReader; readonly problems: SettingProblem[] },
): SamplerSettings {
  const keepErrors = options.keepErrors ?? true;
  const name = reader.choice("OTEL_TRACES_SAMPLER", ["jaeger_remote", "parentbased_jaeger_remote", "xray", ...names()]);
  if (name === "jaeger_remote" || name === "parentbased_jaeger_remote" || name === "xray")
    problems.push({
      setting: "OTEL_TRACES_SAMPLER",
      message: `${name} asks a server for its ratio, which is not supported; parentbased_always_on is used`,
    });
  else if (name !== undefined) {
    const { kind, parentBased } = kinds[name];
    const ratio =
      kind === "ratio" ? reader.number("OTEL_TRACES_SAMPLER_ARG", { min: 0, max: 1, fractions: true }) : undefined;
    return { kind, parentBased, ratio: ratio ?? 1, keepErrors };
  } else if (options.ratio !== undefined) {
    if (options.ratio >= 0 && options.ratio <= 1)
      return { kind: "ratio", parentBased: true, ratio: options.ratio, keepErrors };
    problems.push({ setting: "ratio", message: `is ${options.ratio}; it takes a number from 0 to 1; 1 is used` });
  }
  return { kind: "always_on", parentBased: true, ratio: 1, keepErrors };
}

function names(): readonly Name[] {
  const isName = (text: string): text is Name => text in kinds;
  return Object.keys(kinds).filter(isName);
}
