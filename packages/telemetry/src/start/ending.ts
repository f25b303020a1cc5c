/** Milliseconds that the end of the process may take longer because of us, all in all. */
const graceMs = 1_500;

/**
 * Flushes when the process ends by itself, and at SIGTERM and SIGINT. The application's own handlers decide how the
 * process ends; where it has none, it ends by the signal as it would without us. Returns what takes that away again.
 */
export function flushAtEnd(flush: (deadlineMs: number) => Promise<unknown>): () => void {
  let leftMs = graceMs;
  const settle = async (): Promise<void> => {
    const began = performance.now();
    try {
      await flush(leftMs);
    } catch {
      // Nothing that telemetry does may change how the application ends.
    }
    leftMs -= performance.now() - began;
  };
  let isLast = false;
  const atEnd = (): void => {
    // Waiting brings the event back once more.
    if (isLast || leftMs <= 0) return;
    isLast = true;
    void settle();
  };
  const signals = ["SIGTERM", "SIGINT"] satisfies readonly NodeJS.Signals[];
  const handlers = signals.map((signal) => {
    const handler = (): void => {
      const isOurs = process.listenerCount(signal) === 1 + politeListeners();
      void settle().then(() => {
        if (!isOurs) return;
        process.off(signal, handler);
        process.kill(process.pid, signal);
      });
    };
    // The first of all, so that a handler of the application's for one signal only is still there to be counted.
    process.prependListener(signal, handler);
    return { signal, handler };
  });
  process.on("beforeExit", atEnd);
  return () => {
    process.off("beforeExit", atEnd);
    for (const { signal, handler } of handlers) process.off(signal, handler);
  };
}

/**
 * Handlers of the package signal-exit, which many depend on: they leave the end of the process to others as long as there
 * are any, as ours does, and the process would never end. https://github.com/tapjs/signal-exit
 */
function politeListeners(): number {
  const owners: readonly unknown[] = [
    Reflect.get(globalThis, Symbol.for("signal-exit emitter")),
    Reflect.get(process, "__signal_exit_emitter__"),
  ];
  return owners.reduce<number>((sum, owner) => {
    const count: unknown = typeof owner === "object" && owner !== null ? Reflect.get(owner, "count") : 0;
    return typeof count === "number" ? sum + count : sum;
  }, 0);
}
