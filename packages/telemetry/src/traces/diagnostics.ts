import { DiagLogLevel, diag } from "@opentelemetry/api";

const levels: Readonly<Record<string, DiagLogLevel>> = {
  none: DiagLogLevel.NONE,
  error: DiagLogLevel.ERROR,
  warn: DiagLogLevel.WARN,
  info: DiagLogLevel.INFO,
  debug: DiagLogLevel.DEBUG,
  verbose: DiagLogLevel.VERBOSE,
  all: DiagLogLevel.ALL,
};

/** OpenTelemetry's own messages, as JSON lines on stderr, from the level of `OTEL_LOG_LEVEL` on; without it none. */
export function logDiagnostics(level: string | undefined): void {
  const from = level === undefined ? undefined : levels[level];
  if (from === undefined) return;
  const say =
    (name: string) =>
    (message: string, ...details: unknown[]): void => {
      const parts = [message, ...details].map((part) => (part instanceof Error ? part.message : describe(part)));
      const line = { "@timestamp": new Date().toISOString(), "log.level": name, message: parts.join(" ") };
      process.stderr.write(`${JSON.stringify({ ...line, "event.dataset": "opentelemetry" })}\n`);
    };
  const logger = {
    error: say("error"),
    warn: say("warn"),
    info: say("info"),
    debug: say("debug"),
    verbose: say("trace"),
  };
  diag.setLogger(logger, { logLevel: from, suppressOverrideMessage: true });
}

function describe(part: unknown): string {
  try {
    return typeof part === "string" ? part : (JSON.stringify(part) ?? String(part));
  } catch {
    return String(part);
  }
}
