import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { constants, createGzip } from "node:zlib";
import type { Format } from "../format/negotiate.ts";

/** A rendered page; shared by all who asked for it, so nobody may change it. */
export interface Page {
  readonly contentType: string;
  readonly pieces: readonly Buffer[];
  /** Bytes. */
  readonly length: number;
  /** The same with gzip at level 1, made on the thread pool when it is first asked for. */
  zipped(): Promise<Buffer>;
}

/** From the beginning of one page to that of the next, where several asked for the first. */
const crowdSpacingMs = 20;

/** Bytes that are handed to the thread pool at once: few calls, and no long copy. */
const blockLength = 1_024 * 1_024;

/**
 * Renders one page at a time. Requests that come while one is made share the next one of their format, so that a crowd of
 * scrapers costs little more than one, and nobody gets numbers from before the request.
 */
export function createPages(
  render: (format: Format) => Promise<readonly Buffer[]>,
): (format: Format, contentType: string) => Promise<Page> {
  const waiting = new Map<Format, { readonly page: Promise<Page>; readonly crowd: { size: number } }>();
  let last: Promise<unknown> = Promise.resolve();
  let earliestMs = 0;
  return (format, contentType) => {
    const shared = waiting.get(format);
    if (shared !== undefined) {
      shared.crowd.size++;
      return shared.page;
    }
    const crowd = { size: 1 };
    const page = last.then(async () => {
      const earlyMs = earliestMs - performance.now();
      if (earlyMs > 0) await sleep(earlyMs);
      waiting.delete(format);
      if (crowd.size > 1) earliestMs = performance.now() + crowdSpacingMs;
      return pageOf(await render(format), contentType);
    });
    waiting.set(format, { page, crowd });
    last = page.catch(() => undefined);
    return page;
  };
}

function pageOf(pieces: readonly Buffer[], contentType: string): Page {
  let zipped: Promise<Buffer> | undefined;
  return {
    contentType,
    pieces,
    length: pieces.reduce((sum, { length }) => sum + length, 0),
    zipped: () => {
      zipped ??= zip(pieces);
      return zipped;
    },
  };
}

async function zip(pieces: readonly Buffer[]): Promise<Buffer> {
  const stream = createGzip({ level: constants.Z_BEST_SPEED, chunkSize: 256 * 1024 });
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  const ended = once(stream, "end");
  for (const block of blocksOf(pieces)) if (!stream.write(block)) await once(stream, "drain");
  stream.end();
  await ended;
  return Buffer.concat(chunks);
}

function* blocksOf(pieces: readonly Buffer[]): Generator<Buffer, void, void> {
  let block: Buffer[] = [];
  let length = 0;
  for (const piece of pieces) {
    block.push(piece);
    length += piece.length;
    if (length < blockLength) continue;
    yield Buffer.concat(block);
    block = [];
    length = 0;
  }
  yield Buffer.concat(block);
}
