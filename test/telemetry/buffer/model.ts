import { expect } from "vitest";
import type { Settled } from "../../../packages/telemetry/src/logs/batch.ts";
import type { BufferSettings } from "../../../packages/telemetry/src/settings/logs.ts";
import { droppedOf, type Incarnation, imbalanceOf, settleDown, startProcess } from "./incarnation.ts";
import { SimulatedFiles } from "./simulated-files.ts";
import { StubStore } from "./stub-store.ts";

/** What can happen to a buffer. */
export type Step =
  | { readonly kind: "write"; readonly lines: number; readonly bytes: number }
  | { readonly kind: "turn" }
  | { readonly kind: "answer"; readonly records: number; readonly isDead: boolean }
  | { readonly kind: "answerLost" }
  | { readonly kind: "later"; readonly ms: number }
  /** The process ends at some call of the file system from now on. */
  | { readonly kind: "dieAfter"; readonly calls: number }
  | { readonly kind: "kill" }
  | { readonly kind: "losePower" }
  | { readonly kind: "restart" }
  | { readonly kind: "fillDisk"; readonly roomBytes: number }
  | { readonly kind: "freeDisk" }
  | { readonly kind: "faults"; readonly calls: number };

/**
 * What must become of every line, kept beside the buffer by simple means. A line is in one of three states: `certain` (it was
 * accepted, and nothing has happened that may take it), `doubtful` (the process or the power went before it was safe), or
 * refused at once.
 */
export class Model {
  readonly files: SimulatedFiles;
  readonly store = new StubStore();
  readonly #settings: BufferSettings;
  readonly #draw: (below: number) => number;
  readonly #certain = new Set<string>();
  /** Accepted by the present process, in their order, and by others before it that had not synced them. */
  #ofProcess: string[] = [];
  #ofOthers: string[] = [];
  #process: Incarnation;
  #pid = 1;
  #next = 0;
  /** Of the present process. */
  #written = 0;
  #answered = 0;
  #refused = 0;
  /** Of all processes, as each has said last. */
  #dropped = 0;

  constructor(settings: BufferSettings, seed: number) {
    this.#settings = settings;
    this.#draw = drawFrom(seed);
    this.files = new SimulatedFiles(this.#draw);
    this.#process = startProcess(this.#pid, this.files, this.store, settings);
  }

  async run(step: Step): Promise<void> {
    await this.#do(step);
    await settleDown();
    if (this.files.isDead) return this.#bury();
    this.#check();
  }

  /** Ends all trouble and drains the buffer; then every line must have found its end: `mayDrop` allows for counted drops. */
  async finish({ mayDrop }: { readonly mayDrop: boolean }): Promise<void> {
    this.files.roomBytes = Number.POSITIVE_INFINITY;
    this.files.faults = 0;
    this.files.live();
    await this.#restart();
    for (let rounds = 0; rounds < 3 || (rounds < 200 && this.#process.sink.counts().buffered > 0); rounds++) {
      this.files.clockMs += 40_000;
      await this.#process.turn();
      this.#answer(1000, "delivered");
      await settleDown();
      this.#check();
    }
    expect(this.#process.sink.counts().buffered).toBe(0);
    const dropped = this.#dropped + this.#droppedByWorker();
    await this.#process.stop();
    const found = [...this.store.held.values(), ...this.store.dead.values()];
    // Under whatever `_id`s a line was sent, it was the same one.
    expect(found.length).toBe(new Set(found).size);
    const missing = [...this.#certain].filter((line) => !found.includes(line));
    expect(missing.length).toBeLessThanOrEqual(mayDrop ? dropped : 0);
    const left = [...this.files.all.keys()].filter((path) => !path.includes("/corrupt/"));
    expect(left).toEqual([]);
  }

  async #do(step: Step): Promise<void> {
    switch (step.kind) {
      case "write":
        for (let line = 0; line < step.lines; line++) this.#write(step.bytes);
        return;
      case "turn":
        return this.#process.turn();
      case "answer":
        return this.#answer(step.records, step.isDead ? "dead" : "delivered");
      case "answerLost":
        return this.store.takeInSilence();
      case "later":
        this.files.clockMs += step.ms;
        return;
      case "dieAfter":
        return this.files.dieAfter(step.calls);
      case "kill":
        return this.#bury();
      case "losePower":
        return this.#bury(true);
      case "restart":
        return this.#restart();
      case "fillDisk":
        this.files.roomBytes = step.roomBytes;
        return;
      case "freeDisk":
        this.files.roomBytes = Number.POSITIVE_INFINITY;
        return;
      case "faults":
        this.files.faults = step.calls;
        return;
    }
  }

  #write(bytes: number): void {
    const line = `{"line":${this.#next++},"text":"${"x".repeat(bytes)}"}`;
    const { sink } = this.#process;
    const before = droppedOf(sink.counts());
    sink.write(`${line}\n`);
    this.#written++;
    if (droppedOf(sink.counts()) > before) {
      this.#refused++;
    } else if (!this.files.isDead) {
      this.#certain.add(line);
      this.#ofProcess.push(line);
    }
  }

  #answer(records: number, fate: Settled): void {
    this.#answered += this.store.answer(records, () => fate, this.#draw);
  }

  #check(): void {
    const counts = this.#process.sink.counts();
    expect(imbalanceOf(counts)).toBe(0);
    expect(counts.delivered + counts.deadLettered).toBe(this.#answered);
    expect(counts.accepted).toBeGreaterThanOrEqual(this.#written);
    expect(counts.synced).toBeLessThanOrEqual(counts.accepted);
    expect(counts.buffered).toBeGreaterThanOrEqual(0);
    const bytes = [...this.files.all].filter(([path]) => !path.includes("/corrupt/") && !path.endsWith("checkpoint"));
    expect(bytes.reduce((sum, [, each]) => sum + each.length, 0)).toBeLessThanOrEqual(this.#settings.maxDiskBytes);
  }

  /** The present process is gone; the next one begins. */
  #bury(hasLostPower = false): void {
    const { synced, accepted } = this.#process.sink.counts();
    const recovered = accepted - this.#written;
    this.#dropped += this.#droppedByWorker();
    const unsynced = [
      ...(recovered > 0 && synced >= recovered ? [] : this.#ofOthers),
      ...this.#ofProcess.slice(Math.max(0, synced - recovered)),
    ];
    if (hasLostPower) {
      this.files.losePower();
      // Only what had been synced is promised.
      for (const line of unsynced) this.#certain.delete(line);
      this.#ofOthers = [];
    } else {
      this.files.crash();
      this.#ofOthers = unsynced;
    }
    this.#begin();
  }

  /** An orderly end, if the file system and death allow it. */
  async #restart(): Promise<void> {
    await this.#process.stop().catch(() => undefined);
    this.#bury();
  }

  #droppedByWorker(): number {
    return droppedOf(this.#process.sink.counts()) - this.#refused;
  }

  #begin(): void {
    this.store.forget();
    const before = { roomBytes: this.files.roomBytes, faults: this.files.faults };
    this.files.roomBytes = Number.POSITIVE_INFINITY;
    this.files.faults = 0;
    this.#process = startProcess(++this.#pid, this.files, this.store, this.#settings);
    this.files.roomBytes = before.roomBytes;
    this.files.faults = before.faults;
    this.#ofProcess = [];
    this.#written = 0;
    this.#answered = 0;
    this.#refused = 0;
  }
}

/** Numbers that look random and depend on the seed alone (Mulberry32). */
function drawFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
