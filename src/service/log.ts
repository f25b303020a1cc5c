import { hostname } from "node:os";
import { version } from "../io/version.ts";

/** Details of a log line. */
export type LogFields = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** Messages are constant; what differs stands in fields. No field holds a secret. */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** One JSON object a line with the names of the Elastic Common Schema, so that a shipper takes them as they are. */
export function jsonLog(write: (line: string) => void, now: () => Date = () => new Date()): Log {
  const host = hostname();
  const put =
    (level: string) =>
    (message: string, fields: LogFields = {}): void =>
      write(
        `${JSON.stringify({
          "@timestamp": now().toISOString(),
          "log.level": level,
          message,
          "ecs.version": "8.11.0",
          "service.name": "stackwright",
          "service.version": version,
          "host.name": host,
          "process.pid": process.pid,
          ...fields,
        })}\n`,
      );
  return { info: put("info"), warn: put("warn"), error: put("error") };
}
