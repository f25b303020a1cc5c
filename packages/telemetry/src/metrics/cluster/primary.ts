import cluster, { type Worker } from "node:cluster";
import type { Faults } from "../faults.ts";
import type { Family } from "../storage/family.ts";
import { createAnswers } from "./answers.ts";
import { createMerge, type Merge } from "./merge.ts";
import { pack, sendParts, unpack } from "./messages.ts";
import { toWire, type WireFamily } from "./wire.ts";
import type { ClusterPart } from "./worker.ts";

/** A worker that has not told all after so long is blocked or dead: Prometheus waits 10 s for the whole. */
const tellMs = 2_000;

/**
 * Adds up the metrics of all processes. Invariant: the sum of a counter does not fall when a worker ends or does not
 * answer. What it last said stays counted; otherwise Prometheus would see a reset, and take the whole sum for an increase.
 */
export function joinAsPrimary(own: () => Promise<readonly Family[]>, faults: Faults): ClusterPart {
  const answers = createAnswers();
  const talking = new Map<number, Worker>();
  const lastSaid = new Map<number, readonly WireFamily[]>();
  const departed = createMerge();
  let gathering: Promise<Merge> | undefined;

  const gather = async (): Promise<Merge> => {
    const merge = createMerge();
    const asked = [...talking].map(async ([workerId, worker]) => {
      const { id, parts } = answers.expect(tellMs);
      const onExit = (): void => answers.giveUp(id);
      worker.once("exit", onExit);
      send(worker, pack({ topic: "tell", id }));
      const said = await parts;
      worker.off("exit", onExit);
      return { workerId, said };
    });
    const add = async (parts: Iterable<WireFamily>, share: "all" | "counts"): Promise<void> => {
      for (const part of parts) {
        if (!merge.add(part, share)) faults.count("name_clash", part.name);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    await add(toWire(await own()), "all");
    const answered = await Promise.all(asked);
    // At one moment: a worker counts either as alive or among the departed.
    const alive = answered.filter(({ workerId }) => talking.has(workerId));
    const gone = departed.parts();
    for (const { workerId, said } of alive) {
      if (said === undefined) faults.count("worker_silent", `worker ${workerId}`);
      else lastSaid.set(workerId, said);
    }
    const shares = alive.map(({ workerId, said }) => ({
      said: said ?? lastSaid.get(workerId) ?? [],
      isLive: said !== undefined,
    }));
    for (const { said, isLive } of shares) await add(said, isLive ? "all" : "counts");
    await add(gone, "counts");
    return merge;
  };

  const whole = (): Promise<Merge> => {
    gathering ??= gather().finally(() => {
      gathering = undefined;
    });
    return gathering;
  };

  cluster.on("message", (worker, received: unknown) => {
    const message = unpack(received);
    if (message === undefined) return;
    talking.set(worker.id, worker);
    if (message.topic === "hello") send(worker, pack({ topic: "welcome" }));
    if (message.topic === "part") answers.take(message.id, message.part, message.isLast);
    if (message.topic === "whole")
      whole()
        .then((merge) => sendParts(message.id, merge.parts(), (each) => send(worker, each)))
        .catch(() => undefined);
  });
  cluster.on("exit", ({ id }) => {
    if (!talking.has(id)) return;
    talking.delete(id);
    for (const part of lastSaid.get(id) ?? []) departed.add(part, "counts");
    lastSaid.delete(id);
  });
  // Those that were forked before; they say hello by answering.
  for (const worker of Object.values(cluster.workers ?? {})) if (worker) send(worker, pack({ topic: "welcome" }));

  return {
    isServed: () => Promise.resolve(false),
    families: async () => (talking.size === 0 && departed.parts().length === 0 ? own() : (await whole()).families()),
  };
}

function send(worker: Worker, message: object): void {
  try {
    if (worker.isConnected()) worker.send(message, () => undefined);
  } catch {
    // It ends at this moment.
  }
}
