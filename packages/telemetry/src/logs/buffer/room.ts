import type { WhenFull } from "../../settings/logs.ts";
import { segmentsInBound } from "./bounds.ts";
import type { DropReason } from "./drop-reason.ts";

export interface RoomOptions {
  readonly maxBytes: number;
  readonly whenFull: WhenFull;
  /** Why a line is refused that has no room. */
  readonly full: "buffer_full" | "memory_full";
  /** Bytes that are taken now. */
  readonly used: () => number;
  /** Blocks the thread until something may have been freed; false at the timeout. */
  readonly wait: (timeoutMs: number) => boolean;
  /** A clock in milliseconds. */
  readonly now: () => number;
  /** Calls back when the event loop has turned once. */
  readonly afterTurn: (callback: () => void) => void;
}

/** What `block` may cost one turn of the event loop. */
const blockMsPerTurn = 4;
/** From there on `drop_by_level` spares the rest for what matters. */
const nearlyFull = 0.75;

/** Says which lines there is room for; it looks at what is used only once in a while. */
export class Room {
  readonly #options: RoomOptions;
  /** Bytes that may be taken without another look. */
  #credit = 0;
  #blockMs = blockMsPerTurn;

  constructor(options: RoomOptions) {
    this.#options = options;
  }

  refuse(line: string, bytes: number): DropReason | undefined {
    if (bytes <= this.#credit) {
      this.#credit -= bytes;
      return undefined;
    }
    return this.#look(line, bytes);
  }

  #look(line: string, bytes: number): DropReason | undefined {
    const { maxBytes, whenFull, full } = this.#options;
    const used = this.#options.used();
    if (used + bytes > maxBytes) {
      this.#credit = 0;
      return whenFull === "block" && this.#block(bytes) ? undefined : full;
    }
    const limit = whenFull === "drop_by_level" ? maxBytes * nearlyFull : maxBytes;
    if (used + bytes > limit && isBelowWarn(line)) return "level";
    this.#credit = Math.max(0, Math.min(maxBytes / segmentsInBound / 4, limit - used - bytes));
    return undefined;
  }

  #block(bytes: number): boolean {
    const { maxBytes, used, wait, now, afterTurn } = this.#options;
    if (this.#blockMs === blockMsPerTurn)
      afterTurn(() => {
        this.#blockMs = blockMsPerTurn;
      });
    while (this.#blockMs > 0) {
      const start = now();
      wait(this.#blockMs);
      this.#blockMs -= Math.max(0.05, now() - start);
      if (used() + bytes <= maxBytes) return true;
    }
    return false;
  }
}

/** ECS has `log.level` at the start; a line without one is kept. */
function isBelowWarn(line: string): boolean {
  return /"log\.level":"(?:trace|debug|info)"/.test(line.slice(0, 256));
}
