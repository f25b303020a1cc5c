import type { AlertTemplate } from "../../src/signals/alert.ts";
import type { Dice } from "./dice.ts";
import type { Json } from "./inventory.ts";

/** Parameters of a few alerts, in the forms in which an inventory may write them. */
export function someThresholds(dice: Dice, alerts: readonly AlertTemplate[]): Json {
  const own = alerts.filter((alert) => alert.always !== true);
  if (own.length === 0 || !dice.chance(0.4)) return {};
  const chosen = dice.some(own, dice.int(1, 4));
  return { thresholds: Object.fromEntries(chosen.map((alert) => [alert.name, parametersOf(dice, alert)])) };
}

function parametersOf(dice: Dice, { threshold }: AlertTemplate): Json {
  return {
    ...(threshold !== undefined && dice.chance(0.7) && { threshold: written(dice, threshold) }),
    ...(dice.chance(0.5) && { for: dice.pick(["1m", "3m", "90s", "20m", "1h5m"]) }),
    ...(dice.chance(0.4) && { severity: dice.pick(["critical", "warning", "info"]) }),
    ...(dice.chance(0.1) && { enabled: false }),
  };
}

/** Near the default, so that the alert's case still makes sense. */
function written(dice: Dice, { default: value, unit }: NonNullable<AlertTemplate["threshold"]>): number | string {
  const factor = dice.pick([0.5, 0.8, 1.2]);
  switch (unit) {
    case "ratio": {
      const percent = Number((Math.min(value * factor, (1 + value) / 2) * 100).toPrecision(2));
      return dice.chance(0.5) ? `${percent}%` : Number((percent / 100).toPrecision(4));
    }
    case "seconds": {
      const seconds = Math.max(1, Math.round(value * factor));
      return dice.chance(0.5) && value >= 1
        ? `${seconds}s`
        : value < 1
          ? Number((value * factor).toPrecision(3))
          : seconds;
    }
    case "bytes":
      return Math.round(value * factor);
    case "count":
      return value < 1 ? Number((value * factor).toPrecision(3)) : Math.max(1, Math.round(value * factor));
  }
}
