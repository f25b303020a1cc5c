/** An application that logs through a buffer and ends in the way that its argument says. */
import { writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { openDurableSink, openFastSink } from "../../../packages/telemetry/src/logs/buffer/index.ts";
import type { LogSink } from "../../../packages/telemetry/src/logs/sink.ts";
import { createReporter } from "../../../packages/telemetry/src/reports/reporter.ts";
import { type AppSettings, isAppSettings } from "./settings.ts";

const settings: unknown = JSON.parse(process.argv[2] ?? "null");
if (!isAppSettings(settings)) throw new Error("the argument is no settings");
await main(settings);

async function main({
  directory,
  url,
  name,
  lines,
  end,
  fast = false,
  maxDiskBytes = 2 ** 30,
}: AppSettings): Promise<void> {
  const sink = (fast ? openFastSink : openDurableSink)(
    { directory, maxDiskBytes, maxMemoryBytes: 2 ** 24, maxAgeMs: 86_400_000, whenFull: "drop_newest" },
    {
      delivery: {
        urls: [url],
        dataStream: "logs-test-default",
        deadLetterFile: `${directory}/dead-letters.ndjson`,
        limits: { firstPauseMs: 20, maxPauseMs: 100 },
      },
      reporter: createReporter((line) => void writeSync(2, line)),
    },
  );
  if (end === "kill") return logForEver(sink, name);
  if (end === "sigterm") process.on("SIGTERM", () => void sink.close(1_500).then(() => process.exit(7)));
  for (let line = 0; line < lines; line++) sink.write(lineOf(name, line));
  switch (end) {
    case "exit":
      return process.exit(7);
    case "throw":
      throw new Error("nobody catches this");
    case "natural":
      return say(sink);
    case "sigterm":
      say(sink);
      setInterval(() => {}, 1_000);
      return;
    case "drain":
      return drain(sink);
    case "fill":
      return fillAndDrain(sink, name, lines);
  }
}

/** Logs until it is killed; a line is told to the parent once it is accepted. */
async function logForEver(sink: LogSink, name: string): Promise<void> {
  for (let line = 0; ; line++) {
    sink.write(lineOf(name, line));
    if (line % 50 !== 0) continue;
    writeSync(1, `${line}\n`);
    say(sink);
    await sleep(2);
  }
}

/**
 * Looks at the counts until all has gone. A line of its own is among it, which goes after what earlier processes have left:
 * as long as that has not been found, the line waits as well.
 */
async function drain(sink: LogSink): Promise<void> {
  for (const until = performance.now() + 15_000; performance.now() < until; ) {
    check(sink);
    if (sink.counts().buffered === 0) break;
    await sleep(5);
  }
  await sink.close(2_000);
  say(sink);
}

/** Logs on a disk that is full until somebody makes room, and a while after. */
async function fillAndDrain(sink: LogSink, name: string, lines: number): Promise<void> {
  let next = lines;
  const log = async (isDone: () => boolean): Promise<void> => {
    for (const until = performance.now() + 15_000; performance.now() < until && !isDone(); ) {
      for (let count = 0; count < 20; count++) sink.write(lineOf(name, next++));
      check(sink);
      await sleep(5);
    }
  };
  await log(() => (sink.counts().dropped["disk_full"] ?? 0) > 100);
  writeSync(1, "full\n");
  const before = next;
  await log(() => sink.counts().synced > 0 && next > before + 4_000);
  await drain(sink);
}

function lineOf(name: string, line: number): string {
  return `{"log.level":"info","message":"${name} ${line}","text":"${"x".repeat(200)}"}\n`;
}

function say(sink: LogSink): void {
  check(sink);
  writeSync(1, `${JSON.stringify(sink.counts())}\n`);
}

function check(sink: LogSink): void {
  const { accepted, delivered, deadLettered, dropped, buffered } = sink.counts();
  const sum = delivered + deadLettered + buffered + Object.values(dropped).reduce((a, b) => a + b, 0);
  if (accepted !== sum) writeSync(1, `UNBALANCED ${JSON.stringify(sink.counts())}\n`);
}
