import {
  FieldColorBuilder,
  FieldColorModeId,
  MappingType,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from "@grafana/grafana-foundation-sdk/dashboard";
import type { Panel } from "../../signals/panel.ts";

/** Colours of states of which none is better than another: who leads, who holds an address. */
const neutral = ["super-light-blue", "blue", "purple", "orange", "dark-blue"] as const;
const colours = { good: "green", warning: "yellow", critical: "red", plain: "blue" } as const;

/** Values from which the colour turns; blue throughout where nothing is good or bad. */
export function thresholds({ levels }: Panel): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([...steps(levels)]);
}

function steps(levels: Panel["levels"]): readonly Threshold[] {
  if (levels === undefined) return [{ value: null, color: colours.plain }];
  const { warning, critical, lowIsBad } = levels;
  const between = warning === critical ? [] : [{ value: lowIsBad ? critical : warning, color: colours.warning }];
  return lowIsBad
    ? [{ value: null, color: colours.critical }, ...between, { value: warning, color: colours.good }]
    : [{ value: null, color: colours.good }, ...between, { value: critical, color: colours.critical }];
}

/**
 * Colours by level where the panel has some, else one for each series by its name. Lines always have their own, because
 * all that are well would look the same: their levels are dashed lines.
 */
export function colour({ levels, type }: Panel): FieldColorBuilder {
  const byName = levels === undefined || type === "timeseries";
  return new FieldColorBuilder().mode(byName ? FieldColorModeId.PaletteClassicByName : FieldColorModeId.Thresholds);
}

/**
 * Words for values, in the order in which they are given. In a timeline of states that has no levels each state has a
 * colour of its own, because one colour for each series would hide every change.
 */
export function mappings({ mappings: words, levels, type }: Panel): ValueMapping[] {
  if (words === undefined) return [];
  const isNeutral = type === "state-timeline" && levels === undefined;
  const options = Object.entries(words).map(([value, text], index) => {
    const color = isNeutral ? { color: neutral[index % neutral.length] ?? neutral[0] } : {};
    return [value, { text, index, ...color }] as const;
  });
  return [{ type: MappingType.ValueToText, options: Object.fromEntries(options) }];
}
