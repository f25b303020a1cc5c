/** A value with its Grafana unit, in three digits or so: 0.314 percentunit is 31.4 %. */
export function printValue(value: number, unit: string): string {
  switch (unit) {
    case "percentunit":
      return `${round(value * 100)}%`;
    case "s":
      return printSeconds(value);
    case "bytes":
      return scaled(value, 1024, ["B", "KiB", "MiB", "GiB", "TiB"]);
    case "Bps":
    case "binBps":
      return scaled(value, 1000, ["B/s", "kB/s", "MB/s", "GB/s"]);
    case "reqps":
      return `${round(value)} req/s`;
    case "pps":
      return `${round(value)} p/s`;
    case "ops":
      return `${round(value)} ops/s`;
    case "short":
      return scaled(value, 1000, ["", " K", " Mil", " Bil"]).trim();
    default:
      return round(value);
  }
}

/** About `count` round values that a scale is marked with, `from` and `to` within them. */
export function ticks(from: number, to: number, count: number): readonly number[] {
  const rough = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const first = Math.floor(from / step);
  const last = Math.ceil(to / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

function printSeconds(value: number): string {
  const size = Math.abs(value);
  if (size >= 86_400) return `${round(value / 86_400)} days`;
  if (size >= 3_600) return `${round(value / 3_600)} hours`;
  if (size >= 60) return `${round(value / 60)} min`;
  if (size >= 1 || size === 0) return `${round(value)} s`;
  return size >= 1e-3 ? `${round(value * 1e3)} ms` : `${round(value * 1e6)} µs`;
}

function scaled(value: number, base: number, units: readonly string[]): string {
  const power = value === 0 ? 0 : Math.floor(Math.log(Math.abs(value)) / Math.log(base) + 1e-9);
  const index = Math.min(Math.max(power, 0), units.length - 1);
  return `${round(value / base ** index)} ${units[index] ?? ""}`.trim();
}

/** Three digits that count, without zeros at the end. */
function round(value: number): string {
  return String(Number(Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3)));
}
