/** When a day such as `2027-06-30` ends in a time zone, in seconds since 1970. */
export function endOfDay(day: string, timezone: string): number {
  const midnight = Date.parse(`${day}T00:00:00Z`) + 86_400_000;
  // The zone's distance depends on the moment, which depends on the distance: twice is enough around a change of the clock.
  let at = midnight;
  for (let round = 0; round < 2; round++) at = midnight - distance(at, timezone);
  return at / 1000;
}

/** How far local time is ahead of UTC, in milliseconds. */
function distance(atMs: number, timezone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: timezone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(atMs);
  const number = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  const local = Date.UTC(
    number("year"),
    number("month") - 1,
    number("day"),
    number("hour"),
    number("minute"),
    number("second"),
  );
  return local - Math.floor(atMs / 1000) * 1000;
}
