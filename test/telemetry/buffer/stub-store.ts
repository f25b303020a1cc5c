import { type Delivery, type LogBatch, recordId, type Settled } from "../../../packages/telemetry/src/logs/batch.ts";

/** Records that wait for an answer. */
interface Waiting {
  readonly batch: LogBatch;
  readonly settle: (index: number, fate: Settled) => void;
  readonly isAnswered: boolean[];
  readonly done: () => void;
}

/** A store that answers when it is told to. It outlives the processes that send to it. */
export class StubStore {
  /** Lines by their `_id`. */
  readonly held = new Map<string, string>();
  readonly dead = new Map<string, string>();
  #waiting: Waiting[] = [];

  /** The delivery of one process. */
  delivery(): Delivery {
    return {
      send: (batch, settle, signal) =>
        new Promise((resolve) => {
          const waiting = { batch, settle, isAnswered: Array.from(batch.starts, () => false), done: resolve };
          this.#waiting.push(waiting);
          signal.addEventListener("abort", () => {
            this.#waiting = this.#waiting.filter((each) => each !== waiting);
            resolve();
          });
        }),
      close: async () => {},
    };
  }

  /** Answers up to `records` records, in any order that `pick` chooses; how many it were. */
  answer(records: number, fate: (line: string) => Settled, pick: (below: number) => number): number {
    let answered = 0;
    while (answered < records && this.#waiting.length > 0) {
      const [waiting] = this.#waiting.splice(pick(this.#waiting.length), 1);
      if (waiting === undefined) break;
      const open = waiting.isAnswered.flatMap((isAnswered, index) => (isAnswered ? [] : [index]));
      const index = open[pick(open.length)] ?? 0;
      const { id, line } = recordAt(waiting.batch, index);
      // A store judges the same record in the same way.
      const verdict = this.dead.has(id) ? "dead" : this.held.has(id) ? "delivered" : fate(line);
      (verdict === "dead" ? this.dead : this.held).set(id, line);
      waiting.isAnswered[index] = true;
      waiting.settle(index, verdict);
      answered++;
      if (open.length > 1) this.#waiting.push(waiting);
      else waiting.done();
    }
    return answered;
  }

  /** Takes everything that waits, but the answer gets lost. */
  takeInSilence(): void {
    for (const { batch } of this.#waiting)
      for (const index of batch.starts.keys()) {
        const { id, line } = recordAt(batch, index);
        if (!this.dead.has(id)) this.held.set(id, line);
      }
  }

  /** Those who wait are gone. */
  forget(): void {
    this.#waiting = [];
  }
}

function recordAt(batch: LogBatch, index: number): { readonly id: string; readonly line: string } {
  const bytes = batch.bytes.subarray(batch.starts[index], batch.ends[index]);
  return { id: recordId(batch.buffer, batch.sequences[index] ?? -1), line: new TextDecoder().decode(bytes) };
}
