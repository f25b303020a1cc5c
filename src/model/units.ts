const unitMs = { y: 31_536_000_000, w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;
const units = ["y", "w", "d", "h", "m", "s", "ms"] as const;

/** Milliseconds of a Prometheus duration such as `1h30m`. Its form was checked by the schema; anything else is NaN. */
export function parseDuration(text: string): number {
  const match = text === "" ? null : durationForm.exec(text);
  if (match === null) return Number.NaN;
  return units.reduce((total, unit, at) => total + Number(match[at + 1] ?? 0) * unitMs[unit], 0);
}

const durationForm = new RegExp(`^${units.map((unit) => `(?:([0-9]+)${unit})?`).join("")}$`);

/** The shortest Prometheus duration for whole milliseconds: 90000 → `1m30s`, 0 → `0s`. */
export function formatDuration(ms: number): string {
  if (ms === 0) return "0s";
  let rest = ms;
  let text = "";
  for (const unit of units) {
    if (unit === "y" || unit === "w") {
      if (rest !== ms || ms % unitMs[unit] !== 0) continue;
    }
    const count = Math.floor(rest / unitMs[unit]);
    if (count === 0) continue;
    text += `${count}${unit}`;
    rest -= count * unitMs[unit];
  }
  return text;
}

const sizes = {
  B: 1,
  KB: 1024,
  MB: 1024 ** 2,
  GB: 1024 ** 3,
  TB: 1024 ** 4,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
};

/** Bytes of a size as Prometheus reads it: `512MB` are 512 × 1024². NaN where it is none. */
export function parseSize(text: string): number {
  const match = /^([0-9]+)([A-Za-z]+)$/.exec(text);
  for (const [unit, bytes] of Object.entries(sizes)) if (match?.[2] === unit) return Number(match[1]) * bytes;
  return Number.NaN;
}
