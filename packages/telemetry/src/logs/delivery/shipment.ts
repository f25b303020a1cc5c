import type { LogBatch, Settled } from "../batch.ts";
import type { Destination, Destinations } from "./destinations.ts";
import type { Fates } from "./fates.ts";
import type { DeliveryLimits } from "./options.ts";
import { keepLastOfRepeatedFields } from "./repeated-fields.ts";
import { parse, readError, readReply } from "./reply.ts";
import { writeBody } from "./request-body.ts";
import type { Transport } from "./transport.ts";
import { troubleOf, troubleOfConnection, unreadyTrouble } from "./trouble.ts";

export interface Shipment {
  readonly batch: LogBatch;
  readonly settle: (index: number, fate: Settled) => void;
  readonly signal: AbortSignal;
}

export interface ShipperParts {
  readonly dataStream: string;
  readonly limits: DeliveryLimits;
  readonly destinations: Destinations;
  readonly transport: Transport;
  readonly fates: (shipment: Shipment) => Fates;
}

/** After failures requests are smaller, so that a store in trouble is tried with little; not smaller than this. */
const smallestTryBytes = 65_536;

/** Bodies that are kept for the next request. */
const mostSpaces = 4;

/** Carries batches to their end, each by one request after the other; several may be under way at the same time. */
export function createShipper({ dataStream, limits, destinations, transport, fates }: ShipperParts) {
  const spaces: Buffer[] = [];

  return async function ship(shipment: Shipment): Promise<void> {
    const { batch, signal } = shipment;
    const fate = fates(shipment);
    // A stack: what comes first in it lies last.
    const todo: Uint32Array[] = [Uint32Array.from(batch.sequences.keys())];
    while (!signal.aborted) {
      const segment = todo.pop();
      if (segment === undefined) {
        const again = await fate.endRound();
        if (again === undefined) return;
        todo.push(again);
        continue;
      }
      if (segment.length === 0) continue;
      const destination = await destinations.next(signal);
      if (destination === undefined) return;
      const space = spaces.pop() ?? Buffer.allocUnsafeSlow(limits.maxRequestBytes);
      const body = writeBody(batch, segment, bodyLimit(destination), space);
      const sent = segment.subarray(0, body.records);
      todo.push(segment.subarray(body.records));
      const result = await transport.post(destination.url, body.bytes, signal);
      // A body that is still being written must not be written to.
      if (result.kind === "answered" && result.sent && spaces.length < mostSpaces) spaces.push(space);
      const unsettled = await judge(result, { batch, destination, sent, bytes: body.bytes.length, fate });
      todo.push(...unsettled);
    }
  };

  /** What of the records has to be sent again at once, the first last. */
  async function judge(
    result: Awaited<ReturnType<Transport["post"]>>,
    { batch, destination, sent, bytes, fate }: Try,
  ): Promise<readonly Uint32Array[]> {
    if (result.kind === "unready") {
      destinations.failed(destination, unreadyTrouble(result.reason));
      return [sent];
    }
    if (result.kind === "failed") {
      if (result.stale || result.code === "ABORTED") destinations.released(destination);
      else destinations.failed(destination, troubleOfConnection(result.code));
      // Elasticsearch 9.2 never answers where a record has a field twice: https://github.com/elastic/elasticsearch/issues/139707
      if (result.code === "ETIMEDOUT") for (const index of sent) keepLastOfRepeatedFields(batch, index);
      return [sent];
    }
    if (result.status === 413 || result.status === 400) {
      destinations.released(destination);
      const error = readError(parse(result.body.toString("utf8", 0, 65_536)), result.status);
      if (result.status === 413 && sent.length > 1)
        destination.maxBytes = Math.max(1, Math.floor(Math.min(destination.maxBytes, bytes) / 2));
      if (sent.length > 1) return halves(sent);
      if (result.status === 413) {
        await fate.tooLarge(sent, error);
        return [];
      }
      const everyone = await fate.refusedAlone(sent, error);
      if (everyone === undefined) return [];
      destinations.failed(destination, troubleOf(result, dataStream));
      return [everyone];
    }
    const reply = result.status >= 200 && result.status < 300 ? readReply(result.body, sent.length) : "unreadable";
    if (reply === "unreadable") {
      destinations.failed(destination, troubleOf(result, dataStream));
      return [sent];
    }
    destinations.worked(destination);
    await fate.read(sent, reply, result.retryAfter);
    return [];
  }
}

interface Try {
  readonly batch: LogBatch;
  readonly destination: Destination;
  readonly sent: Uint32Array;
  readonly bytes: number;
  readonly fate: Fates;
}

function bodyLimit({ maxBytes, failures }: Destination): number {
  const smaller = maxBytes / 2 ** Math.min(failures, 4);
  return Math.max(Math.min(maxBytes, smallestTryBytes), smaller);
}

function halves(records: Uint32Array): readonly Uint32Array[] {
  const middle = Math.ceil(records.length / 2);
  return [records.subarray(middle), records.subarray(0, middle)];
}
