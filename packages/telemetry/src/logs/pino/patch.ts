import type { DestinationStream, Logger, LoggerOptions as PinoOptions, pino } from "pino";
import type { LoggerSettings } from "../../settings/logger.ts";
import type { LogSink } from "../sink.ts";
import type { Destination } from "./destination.ts";
import type { EcsBase } from "./ecs.ts";
import { ecsOptions } from "./ecs-options.ts";
import { neverThrowing, redactObjects } from "./harden.ts";
import { withIds } from "./ids-mixin.ts";
import { type Redact, topLevelRedaction } from "./redact.ts";
import { toEcs } from "./to-ecs.ts";

export interface PatchParts {
  readonly settings: LoggerSettings;
  readonly base: EcsBase;
  readonly sink: LogSink | undefined;
  readonly stdout: Destination;
  readonly redact: Redact;
}

export type Pino = typeof pino;

/** What stands behind a patched `pino`. */
const original = Symbol.for("stackwright.pino");

/** The library makes its own loggers with pino as it is. */
export function originalOf(make: Pino): Pino {
  const found: unknown = Reflect.get(make, original);
  return isPino(found) ? found : make;
}

/** For the exports of the module `pino`, that is the function itself. */
export function pinoPatch(parts: PatchParts): (exports: unknown) => unknown {
  return (exports) => {
    if (!parts.settings.patchesPino || (isPino(exports) && Reflect.get(exports, original) !== undefined))
      return exports;
    if (!isPino(exports)) throw new Error("these are not the exports of pino");
    return patchedPino(exports, parts);
  };
}

function patchedPino(make: Pino, parts: PatchParts): Pino {
  const patched = function pino(...values: readonly unknown[]): Logger {
    const { options, destination } = argumentsOf(values);
    if (options.transport !== undefined || !isStdout(destination)) {
      const mixin = withIds(options.mixin);
      return Reflect.apply(make, undefined, [
        { ...options, mixin },
        ...(destination === undefined ? [] : [destination]),
      ]);
    }
    const isEcs = isFormatFree(options);
    const shaped = isEcs ? ecsOptions(parts.base, parts.settings, options) : ownOptions(options, parts.settings);
    const teed = withTee(shaped, { ...parts, isEcs, messageKey: options.messageKey ?? "msg" });
    const logger = Reflect.apply(make, undefined, [teed, destination ?? parts.stdout]);
    redactObjects(logger, make.symbols, { fields: parts.settings.redactedFields, redact: parts.redact });
    return logger;
  };
  const all: unknown = Object.assign(patched, make, { [original]: make });
  if (!isPino(all)) return make;
  return Object.assign(all, { pino: all, default: all });
}

/** pino takes options, a destination, or both; each of them may be left out. */
function argumentsOf([first, second]: readonly unknown[]): {
  readonly options: PinoOptions;
  readonly destination: unknown;
} {
  if (isOptions(first)) return { options: first, destination: second };
  return { options: {}, destination: first ?? second };
}

/** Whether lines go to stdout: where nothing else was said, or stdout itself was. */
function isStdout(destination: unknown): destination is DestinationStream | undefined {
  if (destination === undefined || destination === process.stdout) return true;
  return isObject(destination) && Reflect.get(destination, "fd") === 1;
}

/** An application that chose how its lines look keeps that. */
function isFormatFree({ messageKey, errorKey, timestamp, nestedKey, formatters }: PinoOptions): boolean {
  return [messageKey, errorKey, timestamp, nestedKey, formatters?.level].every((option) => option === undefined);
}

function ownOptions(options: PinoOptions, { redactedFields }: LoggerSettings): PinoOptions {
  return {
    ...options,
    mixin: withIds(options.mixin),
    hooks: { ...options.hooks, logMethod: neverThrowing(options.hooks?.logMethod) },
    redact: topLevelRedaction(redactedFields, options.redact),
  };
}

interface Tee {
  readonly sink: LogSink | undefined;
  readonly base: EcsBase;
  readonly isEcs: boolean;
  readonly messageKey: string;
}

/** The same line to the sink; what the application formats in its own way becomes ECS there. */
function withTee(options: PinoOptions, { sink, base, isEcs, messageKey }: Tee): PinoOptions {
  if (sink === undefined || sink.mode === "stdout") return options;
  const own = options.hooks?.streamWrite;
  const streamWrite = (made: string): string => {
    const line = own === undefined ? made : own(made);
    sink.write(isEcs && own === undefined ? line : toEcs(line, base, messageKey));
    return line;
  };
  return { ...options, hooks: { ...options.hooks, streamWrite } };
}

function isOptions(value: unknown): value is PinoOptions {
  if (!isObject(value) || typeof value === "function") return false;
  return !("writable" in value && value.writable) && !("_writableState" in value && value._writableState);
}

export function isPino(value: unknown): value is Pino {
  return typeof value === "function" && "symbols" in value && "destination" in value;
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
