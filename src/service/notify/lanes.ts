import type { Gateway, Pace } from "./channels/gateway.ts";
import type { Outside } from "./options.ts";
import { failed, type Outcome } from "./outcome.ts";
import type { Notification } from "./payload.ts";
import { callMs, withRetries } from "./retry.ts";

/** Merged into one message at most; more would be cut away anyway. */
const maxMerged = 50;
/** Lanes that were used last are kept; an inventory has a few, and each rotated secret makes one more. */
const maxLanes = 100;

interface Waiting {
  readonly notification: Notification;
  readonly gateway: Gateway;
  /** Milliseconds since 1970, at which the answer has to be given. */
  readonly deadline: number;
  readonly settle: (outcome: Outcome) => void;
}

/**
 * Order and pace of what goes to gateways that bound the number of messages.
 *
 * 1. One message at a time for each lane, in the order in which the notifications came.
 * 2. Never more messages in a minute than the pace allows; each try counts.
 * 3. What came while a lane was busy or had to wait goes into one message.
 * 4. If a merged message is refused, each notification is sent alone, so that one does not take the others with it.
 */
export interface Lanes {
  readonly submit: (
    gateway: Gateway,
    pace: Pace,
    what: { readonly notification: Notification; readonly deadline: number },
  ) => Promise<Outcome>;
}

export function createLanes(outside: Outside, signal: AbortSignal): Lanes {
  const lanes = new Map<string, Lane>();
  return {
    submit: (gateway, pace, { notification, deadline }) =>
      new Promise((settle) => {
        const lane = lanes.get(gateway.lane) ?? new Lane(pace, outside, signal);
        lanes.delete(gateway.lane);
        lanes.set(gateway.lane, lane);
        const [oldest] = lanes.keys();
        if (lanes.size > maxLanes && oldest !== undefined) lanes.delete(oldest);
        lane.add({ notification, gateway, deadline, settle });
      }),
  };
}

class Lane {
  readonly #pace: Pace;
  readonly #outside: Outside;
  readonly #signal: AbortSignal;
  readonly #queue: Waiting[] = [];
  #running = false;
  #tokens: number;
  #counted: number;

  constructor(pace: Pace, outside: Outside, signal: AbortSignal) {
    this.#pace = pace;
    this.#outside = outside;
    this.#signal = signal;
    this.#tokens = pace.burst;
    this.#counted = outside.now();
  }

  add(waiting: Waiting): void {
    this.#queue.push(waiting);
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let [first] = this.#queue; first !== undefined; [first] = this.#queue) {
      const free = await this.#waitForToken(first.deadline - callMs / 2);
      if (!free) {
        this.#queue.shift();
        first.settle(failed("the gateway takes no more messages a minute"));
        continue;
      }
      await this.#tell(this.#queue.splice(0, maxMerged));
    }
    this.#running = false;
  }

  async #tell(batch: readonly Waiting[]): Promise<void> {
    const gateway = batch.at(-1)?.gateway;
    if (gateway === undefined) return;
    const deadline = Math.min(...batch.map((each) => each.deadline));
    const outcome = await this.#send(
      gateway,
      batch.map(({ notification }) => notification),
      deadline,
    );
    if (outcome.kind !== "refused" || batch.length === 1) {
      for (const { settle } of batch) settle(outcome);
      return;
    }
    for (const { notification, settle, deadline: own } of batch) settle(await this.#send(gateway, [notification], own));
  }

  #send(gateway: Gateway, notifications: readonly Notification[], deadline: number): Promise<Outcome> {
    const once = async (timeoutMs: number): Promise<Outcome> => {
      const begun = this.#outside.now();
      if (!(await this.#waitForToken(begun + timeoutMs / 2)))
        return failed("the gateway takes no more messages a minute");
      this.#tokens -= 1;
      const left = Math.max(1, Math.min(timeoutMs, timeoutMs - (this.#outside.now() - begun)));
      return gateway
        .send(notifications, AbortSignal.any([this.#signal, AbortSignal.timeout(left)]))
        .catch((error: unknown) => failed("a fault of the bridge", error instanceof Error ? error.name : undefined));
    };
    return withRetries(once, { deadline, signal: this.#signal }, this.#outside);
  }

  /** True as soon as a message may be sent; false where that is not before the time. */
  async #waitForToken(until: number): Promise<boolean> {
    for (;;) {
      const now = this.#outside.now();
      this.#tokens = Math.min(this.#pace.burst, this.#tokens + Math.max(0, now - this.#counted) / this.#pace.everyMs);
      this.#counted = now;
      if (this.#tokens >= 1) return true;
      const wait = Math.ceil((1 - this.#tokens) * this.#pace.everyMs);
      if (this.#signal.aborted || now + wait > until) return false;
      await this.#outside.sleep(wait, this.#signal);
    }
  }
}
