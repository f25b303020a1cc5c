/**
 * How busy a food platform is over the day, as a share of the busiest time of a weekday: quiet at night, a peak at
 * lunch, a higher one at dinner, and a quarter more at the weekend.
 */
export function busyness(at: { readonly hour: number; readonly weekday: number }): number {
  const lunch = peak(at.hour, 12, 1.2);
  const dinner = peak(at.hour, 18.75, 1.6);
  const awake = peak(at.hour, 15, 6);
  const share = 0.04 + 0.26 * awake + 0.56 * lunch + 0.72 * dinner;
  return Math.min(1, share) * (at.weekday >= 6 ? weekendFactor : 1);
}

export const weekendFactor = 1.25;

/** Where in the week a run is, when `dayMs` of it stand for a day. */
export function timeOfWeek(
  elapsedMs: number,
  {
    dayMs,
    startHour,
    startWeekday,
  }: { readonly dayMs: number; readonly startHour: number; readonly startWeekday: number },
): { readonly hour: number; readonly weekday: number } {
  const hours = startHour + (elapsedMs / dayMs) * 24;
  return { hour: hours % 24, weekday: ((startWeekday - 1 + Math.floor(hours / 24)) % 7) + 1 };
}

/** A bell of height 1 around an hour, on a clock that goes round. */
function peak(hour: number, around: number, width: number): number {
  const away = Math.abs(hour - around);
  return Math.exp(-0.5 * (Math.min(away, 24 - away) / width) ** 2);
}
