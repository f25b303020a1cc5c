/** `64KiB`, `16 MiB`, `1GiB`, `1000000` or `5MB`: bytes. Undefined where it is none. */
export function parseBytes(text: string): number | undefined {
  return parse(text, byteUnits);
}

/** `500ms`, `30s`, `15m`, `12h`, `7d`: milliseconds; the unit is needed. Undefined where it is none. */
export function parseDuration(text: string): number | undefined {
  return parse(text, durationUnits);
}

const byteUnits: ReadonlyMap<string, number> = new Map([
  ["", 1],
  ["b", 1],
  ["kb", 1e3],
  ["mb", 1e6],
  ["gb", 1e9],
  ["kib", 2 ** 10],
  ["mib", 2 ** 20],
  ["gib", 2 ** 30],
]);

const durationUnits: ReadonlyMap<string, number> = new Map([
  ["ms", 1],
  ["s", 1_000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);

function parse(text: string, units: ReadonlyMap<string, number>): number | undefined {
  const [, digits = "", unit = ""] = /^(\d{1,15}(?:\.\d{1,6})?) ?([A-Za-z]*)$/.exec(text.trim()) ?? [];
  const factor = units.get(unit.toLowerCase());
  return digits === "" || factor === undefined ? undefined : Math.round(Number(digits) * factor);
}
