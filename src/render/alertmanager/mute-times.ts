import type { MuteTime } from "../../model/model.ts";

const week: readonly string[] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/** A mute time in Alertmanager's notation. One that passes midnight becomes two, the second on the next day. */
export function printMuteTime({ name, start, end, weekdays }: MuteTime, location: string): object {
  const whole = start === end;
  const parts = whole
    ? [{ start: "00:00", end: "24:00", days: weekdays }]
    : start < end
      ? [{ start, end, days: weekdays }]
      : [
          { start, end: "24:00", days: weekdays },
          { start: "00:00", end, days: weekdays.map(dayAfter) },
        ].filter((part) => part.start !== part.end);
  return {
    name,
    time_intervals: parts.map((part) => ({
      times: [{ start_time: part.start, end_time: part.end }],
      ...(part.days.length === 0 ? {} : { weekdays: week.filter((day) => part.days.includes(day)) }),
      location,
    })),
  };
}

function dayAfter(day: string): string {
  const index = week.indexOf(day);
  return week[(index + 1) % week.length] ?? day;
}
