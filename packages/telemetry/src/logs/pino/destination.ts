import type { LogSink } from "../sink.ts";
import type { LineWriter } from "./line-writer.ts";

/** Where finished lines go, in pino's form of a destination. */
export interface Destination {
  write(line: string): void;
  /** Asked for by pino after a fatal line. */
  flushSync(): void;
}

/** stdout always, and the sink beside it; the sink first, since it is the one that keeps what it was given. */
export function destinationOf(stdout: Pick<LineWriter, "write" | "flushSync">, sink: LogSink | undefined): Destination {
  if (sink === undefined || sink.mode === "stdout")
    return { write: (line) => stdout.write(line), flushSync: () => stdout.flushSync() };
  return {
    write(line) {
      sink.write(line);
      stdout.write(line);
    },
    flushSync: () => stdout.flushSync(),
  };
}
