import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { flushAtEnd } from "../../../packages/telemetry/src/start/ending.ts";

const signal = "SIGTERM";
/** What signal-exit counts its handlers in; the real one where a tool of the tests has loaded it. */
const key = Symbol.for("signal-exit emitter");
const found: unknown = Reflect.get(globalThis, key);
const polite: object = typeof found === "object" && found !== null ? found : { count: 0 };
if (polite !== found) Object.defineProperty(globalThis, key, { value: polite });
const politeBefore: unknown = Reflect.get(polite, "count");

describe("the flush when a signal ends the process", () => {
  let others: NodeJS.SignalsListener[] = [];
  let stop: (() => void) | undefined;
  const kill = vi.spyOn(process, "kill");

  beforeEach(() => {
    others = process.listeners(signal);
    process.removeAllListeners(signal);
    Reflect.set(polite, "count", 0);
    kill.mockReset().mockReturnValue(true);
  });

  afterEach(() => {
    stop?.();
    process.removeAllListeners(signal);
    for (const other of others) process.on(signal, other);
    Reflect.deleteProperty(process, "__signal_exit_emitter__");
    Reflect.set(polite, "count", politeBefore);
  });

  /** What has been done when the signal has been dealt with. */
  async function signalled(): Promise<readonly string[]> {
    const done: string[] = [];
    kill.mockImplementation((_, by) => {
      done.push(`killed by ${String(by)}`);
      return true;
    });
    stop = flushAtEnd(async () => void done.push("flushed"));
    process.emit(signal);
    await new Promise((resolve) => setImmediate(resolve));
    return done;
  }

  it("comes first, then the process ends by the signal as it would without us", async () => {
    expect(await signalled()).toEqual(["flushed", "killed by SIGTERM"]);
  });

  it("leaves the end to a handler of the application, also to one for one signal that was there before", async () => {
    let asked = 0;
    process.once(signal, () => asked++);
    expect(await signalled()).toEqual(["flushed"]);
    expect(asked).toBe(1);
  });

  it("does not wait for handlers that wait for ours, as those of signal-exit do", async () => {
    Reflect.set(polite, "count", 1);
    Object.defineProperty(process, "__signal_exit_emitter__", { value: { count: 1 }, configurable: true });
    process.on(signal, () => {});
    process.on(signal, () => {});
    expect(await signalled()).toEqual(["flushed", "killed by SIGTERM"]);
  });
});
