import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import { type RequestHandler, Router } from "express";
import type { Registry } from "prom-client";
import { printFamilies } from "./exposition.ts";
import { contentTypes, type Format, formatFor, takesGzip } from "./negotiate.ts";

const zip = promisify(gzip);

/** A page of a large platform is 60 kB; so many are written in some milliseconds. */
const answersPerTurn = 32;
/** From the beginning of one page to that of the next, where several asked for the first. */
const crowdSpacingMs = 20;

/** Answers `GET /` with the metrics of a registry, in the format that each request prefers. */
export function metricsRouter(registry: Registry): Router {
  const render = oneAtATime(registry);
  const turn = inTurns(answersPerTurn);
  const answer: RequestHandler = async (request, response) => {
    const format = formatFor(request.headers.accept);
    const page = await render(format);
    const isZipped = takesGzip(request.headers["accept-encoding"]?.toString());
    const bytes = isZipped ? await page.zipped() : page.plain;
    await turn();
    response.setHeader("content-type", contentTypes[format]);
    response.setHeader("vary", "Accept, Accept-Encoding");
    response.setHeader("cache-control", "no-store");
    if (isZipped) response.setHeader("content-encoding", "gzip");
    response.setHeader("content-length", bytes.length);
    response.end(bytes);
  };
  return Router().get("/", answer);
}

interface Page {
  readonly plain: Buffer;
  readonly zipped: () => Promise<Buffer>;
}

/**
 * Renders one page at a time. Requests that come while one is made share the next one of their format, so that a
 * crowd of scrapers costs little more than one, and nobody gets numbers from before the request. In a crowd the next
 * page waits a little, so that more can share it.
 */
function oneAtATime(registry: Registry): (format: Format) => Promise<Page> {
  const waiting = new Map<Format, { readonly page: Promise<Page>; readonly count: { asked: number } }>();
  let last: Promise<unknown> = Promise.resolve();
  let earliest = 0;
  return (format) => {
    const shared = waiting.get(format);
    if (shared !== undefined) {
      shared.count.asked++;
      return shared.page;
    }
    const count = { asked: 1 };
    const page = last.then(async () => {
      const earlyMs = earliest - performance.now();
      if (earlyMs > 0) await sleep(earlyMs);
      waiting.delete(format);
      if (count.asked > 1) earliest = performance.now() + crowdSpacingMs;
      return pageOf(printFamilies(await registry.getMetricsAsJSON(), format));
    });
    waiting.set(format, { page, count });
    last = page.catch(() => undefined);
    return page;
  };
}

function pageOf(text: string): Page {
  const plain = Buffer.from(text);
  let zipped: Promise<Buffer> | undefined;
  return {
    plain,
    zipped: () => {
      zipped ??= zip(plain, { level: constants.Z_BEST_SPEED });
      return zipped;
    },
  };
}

/** Lets some of those that wait go on in each turn of the event loop, so that a crowd that shares a page does not hold it. */
function inTurns(perTurn: number): () => Promise<void> {
  const waiting: (() => void)[] = [];
  const next = (): void => {
    for (const go of waiting.splice(0, perTurn)) go();
    if (waiting.length > 0) setImmediate(next);
  };
  return () =>
    new Promise((resolve) => {
      if (waiting.push(resolve) === 1) setImmediate(next);
    });
}
