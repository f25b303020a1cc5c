import type { Reporter } from "../../reports/reporter.ts";
import { recordId } from "../batch.ts";
import type { DeadLetters } from "./dead-letters.ts";
import type { DeliveryLimits } from "./options.ts";
import { jitteredPause, pause, readRetryAfter } from "./pause.ts";
import { isRepeatedField, keepLastOfRepeatedFields } from "./repeated-fields.ts";
import type { Reply, StoreError, Verdict } from "./reply.ts";
import type { Shipment } from "./shipment.ts";
import { createSuspects, type Refused } from "./suspects.ts";
import { refusal } from "./trouble.ts";

/** Keeps account of the records of one batch: settles them, buries them, or has them sent again. */
export interface Fates {
  /** What the store said about records. */
  read(sent: Uint32Array, reply: Exclude<Reply, "unreadable">, retryAfter: string | undefined): Promise<void>;
  /** A single record that is larger than the store takes. */
  tooLarge(sent: Uint32Array, error: StoreError): Promise<void>;
  /** A single record whose whole request was refused. Gives what to send again where every request seems to be. */
  refusedAlone(sent: Uint32Array, error: StoreError): Promise<Uint32Array | undefined>;
  /** When nothing is left to send: waits, and gives the records to be sent again; undefined when there are none. */
  endRound(): Promise<Uint32Array | undefined>;
}

export interface FatesParts {
  readonly dataStream: string;
  readonly limits: DeliveryLimits;
  readonly deadLetters: DeadLetters;
  readonly deadLetterFile: string;
  readonly reporter: Reporter;
}

/** A record at which the store fails while it takes others is given up after so many times. */
const mostFailures = 20;

/** A batch of nothing but suspects is given up after so many rounds where the store has taken records before. */
const mostLonelyRounds = 5;

/** After this time without a dead letter the next one is a new episode, in milliseconds. */
const quietMs = 60_000;

export function createFatesOf({ dataStream, limits, deadLetters, deadLetterFile, reporter }: FatesParts) {
  /** Records taken by the store in all batches. */
  let taken = 0;
  let lastDeadLetter = Number.NEGATIVE_INFINITY;
  /** Batches of which some records have been put off, and reported. */
  const putOff = new Set<Shipment>();

  return (shipment: Shipment): Fates => {
    const { batch, settle, signal } = shipment;
    const attempts = new Uint16Array(batch.sequences.length);
    /** Of the records at which the store failed while it took others. */
    const failures = new Map<number, number>();
    /** Records that had a field twice: the store refused them once. */
    const repaired = new Set<number>();
    const suspects = createSuspects();
    let later: number[] = [];
    let worst: Verdict | undefined;
    let retryAfterMs = 0;
    let rounds = 0;
    let takenBefore = taken;

    const bury = async (dead: readonly Refused[]): Promise<void> => {
      const letters = dead.map(({ index, error }) => ({
        id: recordId(batch.buffer, batch.sequences[index] ?? 0),
        index: dataStream,
        attempts: attempts[index] ?? 0,
        error,
        line: Buffer.from(batch.bytes.subarray(batch.starts[index], batch.ends[index])).toString(),
      }));
      const [first] = letters;
      if (first === undefined) return;
      const kept = await deadLetters.keep(letters);
      dead.forEach(({ index }, place) => {
        settle(index, kept[place] === true ? "dead" : "unkept");
      });
      lastDeadLetter = performance.now();
      reporter.begin("dead-letters", "Elasticsearch refuses log records for good; they go to the dead-letter file", {
        "file.path": deadLetterFile,
        "error.type": first.error.type,
        "error.message": first.error.reason.slice(0, 300),
        fix: "correct the field in the application or the mapping of the data stream, then send the records again",
      });
    };

    const repair = (index: number, error: StoreError): boolean => {
      if (repaired.has(index) || !isRepeatedField(error) || !keepLastOfRepeatedFields(batch, index)) return false;
      repaired.add(index);
      later.push(index);
      return true;
    };

    const again = (index: number, verdict: Verdict): void => {
      later.push(index);
      if (worst === undefined || verdict.kind !== "busy") worst = verdict;
    };

    return {
      async read(sent, reply, retryAfter) {
        for (const index of sent) attempts[index] = (attempts[index] ?? 0) + 1;
        if (reply === "delivered") {
          taken += sent.length;
          for (const index of sent) settle(index, "delivered");
        } else {
          retryAfterMs = Math.max(retryAfterMs, readRetryAfter(retryAfter, Date.now()) ?? 0);
          const isOneTaken = reply.some(({ kind }) => kind === "delivered" || kind === "redirected");
          const dead: Refused[] = [];
          reply.forEach((verdict, place) => {
            const index = sent[place] ?? 0;
            if (verdict.kind === "delivered" || verdict.kind === "redirected") {
              taken += 1;
              settle(index, verdict.kind);
            } else if (verdict.kind === "poison") {
              if (!repair(index, verdict.error)) dead.push({ index, error: verdict.error });
            } else if (verdict.kind === "failed" && (isOneTaken || failures.has(index))) {
              const times = (failures.get(index) ?? 0) + 1;
              failures.set(index, times);
              if (times < mostFailures) again(index, verdict);
              else dead.push({ index, error: verdict.error });
            } else again(index, verdict);
          });
          await bury(dead);
        }
        if (performance.now() - lastDeadLetter > quietMs)
          reporter.end("dead-letters", "no log record has been refused for a minute");
      },
      async tooLarge(sent, error) {
        const [index = 0] = sent;
        attempts[index] = (attempts[index] ?? 0) + 1;
        const reason = error.reason === "" ? "the record is larger than the store takes" : error.reason;
        await bury([{ index, error: { status: 413, type: "content_too_large", reason } }]);
      },
      async refusedAlone(sent, error) {
        const [index = 0] = sent;
        attempts[index] = (attempts[index] ?? 0) + 1;
        const judgement = suspects.refused({ index, error }, taken);
        if (judgement === "guilty") await bury([{ index, error }]);
        return judgement === "everyone" ? indicesOf(suspects.take()) : undefined;
      },
      async endRound() {
        rounds += 1;
        const unclear = suspects.take();
        if (taken > takenBefore && unclear.length > 0) {
          takenBefore = taken;
          return indicesOf(unclear);
        }
        if (rounds > mostLonelyRounds && taken > 0) await bury(unclear);
        else for (const { index, error } of unclear) again(index, { kind: "refused", error });
        if (later.length === 0) {
          if (putOff.delete(shipment) && putOff.size === 0)
            reporter.end("log-records-later", "log records are taken again");
          return undefined;
        }
        const isRefused = worst?.kind === "refused";
        if (worst !== undefined && "error" in worst && (isRefused || rounds > 2)) {
          putOff.add(shipment);
          const { status, type, reason } = worst.error;
          const { what, fix } = isRefused ? refusal(status, dataStream) : busy;
          reporter.begin("log-records-later", `${what}; log records are kept and sent later`, {
            "http.response.status_code": status,
            "error.type": type,
            "error.message": reason.slice(0, 300),
            fix,
          });
        }
        // Nothing to wait for where all that is left has been repaired.
        const jittered = worst === undefined ? 0 : jitteredPause(rounds, limits);
        const wanted = isRefused ? limits.refusedPauseMs : jittered;
        await pause(Math.max(wanted, retryAfterMs), signal);
        const indices = Uint32Array.from(later.sort((a, b) => a - b));
        later = [];
        worst = undefined;
        retryAfterMs = 0;
        takenBefore = taken;
        return indices;
      },
    };
  };
}

function indicesOf(refused: readonly Refused[]): Uint32Array {
  return Uint32Array.from(refused, ({ index }) => index);
}

const busy = {
  what: "Elasticsearch takes log records more slowly than they come",
  fix: "see the load, the thread pool write and the free disk of Elasticsearch",
};
