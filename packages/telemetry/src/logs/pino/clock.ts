/** Current time as `2026-11-21T18:06:05.123Z`; what is the same for a whole second is written once a second. */
export function isoNow(now: number = Date.now()): string {
  const second = Math.floor(now / 1_000);
  if (second !== lastSecond) {
    lastSecond = second;
    prefix = new Date(second * 1_000).toISOString().slice(0, -4);
  }
  return `${prefix}${thousandths[now - second * 1_000] ?? "000"}Z`;
}

let lastSecond = Number.NaN;
let prefix = "";
const thousandths = Array.from({ length: 1_000 }, (_, ms) => String(ms).padStart(3, "0"));
