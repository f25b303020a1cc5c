/**
 * What the library has to say about itself: one JSON line on stderr when an episode begins and one when it ends, so that
 * nothing is lost in silence and nothing floods. Messages are constant; details are fields.
 */
export interface Reporter {
  /** Says it once until `end` is called with the same key; what is said again in between is counted, not printed. */
  begin(key: string, message: string, fields?: ReportFields): void;
  /** Ends an episode and says so with the number of repetitions; nothing where none has begun. */
  end(key: string, message: string, fields?: ReportFields): void;
}

export type ReportFields = Readonly<Record<string, string | number | boolean>>;

type Level = "warn" | "info";

/** Reports to `write`, by default to stderr; a writer that throws is ignored: telemetry never breaks its application. */
export function createReporter(write: (line: string) => void = writeToStderr): Reporter {
  const episodes = new Map<string, number>();
  const say = (level: Level, message: string, fields: ReportFields): void => {
    const time = new Date().toISOString();
    try {
      write(
        `${JSON.stringify({ "@timestamp": time, "log.level": level, message, "event.dataset": "telemetry", ...fields })}\n`,
      );
    } catch {
      // There is nobody left to tell.
    }
  };
  return {
    begin(key, message, fields = {}) {
      const times = episodes.get(key);
      episodes.set(key, (times ?? 0) + 1);
      if (times === undefined) say("warn", message, fields);
    },
    end(key, message, fields = {}) {
      const times = episodes.get(key);
      if (times === undefined) return;
      episodes.delete(key);
      say("info", message, { ...fields, "event.count": times });
    },
  };
}

function writeToStderr(line: string): void {
  process.stderr.write(line);
}
