/** What one page of metrics says about log records. */
export interface LogScrape {
  readonly accepted: number;
  readonly delivered: number;
  readonly deadLettered: number;
  readonly dropped: number;
  readonly buffered: number;
  readonly residentBytes: number;
}

/** Asks once; undefined where nobody answers. */
export async function scrape(url: string): Promise<LogScrape | undefined> {
  const text = await fetch(url, { signal: AbortSignal.timeout(5_000) })
    .then((answer) => answer.text())
    .catch(() => undefined);
  return text === undefined ? undefined : readScrape(text);
}

function readScrape(text: string): LogScrape {
  const value = (name: string): number => {
    const found = [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, "gm"))];
    if (found.length === 0) throw new Error(`${name} is not on the page`);
    return found.reduce((sum, [, digits]) => sum + Number(digits), 0);
  };
  return {
    accepted: value("telemetry_log_records_accepted_total"),
    delivered: value("telemetry_log_records_delivered_total"),
    deadLettered: value("telemetry_log_records_dead_lettered_total"),
    dropped: value("telemetry_log_records_dropped_total"),
    buffered: value("telemetry_log_records_buffered"),
    residentBytes: value("process_resident_memory_bytes"),
  };
}

/** `accepted = delivered + dead_lettered + dropped + buffered`. */
export function isBalanced({ accepted, delivered, deadLettered, dropped, buffered }: LogScrape): boolean {
  return accepted === delivered + deadLettered + dropped + buffered;
}
