import type { Logger, LoggerOptions as PinoOptions } from "pino";
import type { Reporter } from "../../reports/reporter.ts";
import type { LoggerSettings } from "../../settings/logger.ts";
import type { ResourceAttributes } from "../../settings/resource.ts";
import type { LogSink } from "../sink.ts";
import { type Destination, destinationOf } from "./destination.ts";
import { ecsBase } from "./ecs.ts";
import { ecsOptions } from "./ecs-options.ts";
import { redactObjects } from "./harden.ts";
import { createLineWriter, type LineWriter } from "./line-writer.ts";
import { loadPino } from "./load-pino.ts";
import { pinoPatch } from "./patch.ts";
import { redactor } from "./redact.ts";
import { createRequestLogger, type RequestLogger } from "./request-logger.ts";

export type { RequestLogger } from "./request-logger.ts";

export interface LoggingParts {
  readonly settings: LoggerSettings;
  readonly resource: ResourceAttributes;
  readonly reporter: Reporter;
  /** Takes each line beside stdout. */
  readonly sink?: LogSink;
  /** Default: descriptor 1 of this process. */
  readonly stdout?: LineWriter;
}

export interface Logging {
  /**
   * A pino logger whose lines are ECS JSON with the ids of the active span, on stdout and in the sink. The options are
   * pino's; `transport` is not taken.
   */
  logger(options?: Omit<PinoOptions, "transport">): Logger;
  readonly requestLogger: RequestLogger;
  /** For the module `pino`: what the application is to get in its stead. */
  patchPino(exports: unknown): unknown;
  /** Resolves when stdout has taken all lines, or after `deadlineMs` milliseconds. */
  flush(deadlineMs: number): Promise<void>;
  /** Lines that stdout did not take. */
  droppedFromStdout(): number;
}

/** Everything that writes log lines of this process. */
export function createLogging({ settings, resource, reporter, sink, stdout }: LoggingParts): Logging {
  const base = ecsBase(resource, settings);
  const writer = stdout ?? createLineWriter(1, reporter);
  const destination: Destination = destinationOf(writer, sink);
  const redact = redactor(settings.redactedFields);
  return {
    logger(options = {}) {
      const make = loadPino();
      const logger = make({ level: settings.level, ...ecsOptions(base, settings, options) }, destination);
      redactObjects(logger, make.symbols, { fields: settings.redactedFields, redact });
      return logger;
    },
    requestLogger: createRequestLogger(base, settings, destination),
    patchPino: pinoPatch({ settings, base, sink, stdout: writer, redact }),
    flush: (deadlineMs) => writer.flush(deadlineMs),
    droppedFromStdout: () => writer.dropped(),
  };
}
