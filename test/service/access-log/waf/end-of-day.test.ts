import { expect, it } from "vitest";
import { endOfDay } from "../../../../src/service/access-log/waf/end-of-day.ts";

it.each([
  ["2027-06-30", "Asia/Shanghai", "2027-06-30T16:00:00Z"],
  ["2027-06-30", "UTC", "2027-07-01T00:00:00Z"],
  ["2026-12-31", "America/New_York", "2027-01-01T05:00:00Z"],
  // Clocks are changed on these days, and in the night after.
  ["2027-03-28", "Europe/Berlin", "2027-03-28T22:00:00Z"],
  ["2027-10-31", "Europe/Berlin", "2027-10-31T23:00:00Z"],
  ["2027-03-27", "Europe/Berlin", "2027-03-27T23:00:00Z"],
  ["2027-06-30", "Asia/Kolkata", "2027-06-30T18:30:00Z"],
])("%s ends in %s at %s", (day, zone, end) => {
  expect(endOfDay(day, zone)).toBe(Date.parse(end) / 1000);
});
