import { isWireFamily, type WireFamily } from "./wire.ts";

/**
 * What the processes of a cluster say to one another. A worker says `hello` when it begins, and to the first word of a
 * primary; the primary says `welcome`. Before that neither waits for the other. The primary asks with `tell`; a worker asks for the whole with `whole`. Both are
 * answered by parts, of which the last says so.
 */
export type Message =
  | { readonly topic: "hello" | "welcome" }
  | { readonly topic: "tell" | "whole"; readonly id: number }
  | { readonly topic: "part"; readonly id: number; readonly part: WireFamily | undefined; readonly isLast: boolean };

/** Applications see our messages among theirs: this key tells them apart. */
const envelope = "stackwright:telemetry-metrics";

export function pack(message: Message): object {
  return { type: envelope, ...message };
}

/** A message of ours, or undefined. */
export function unpack(message: unknown): Message | undefined {
  if (typeof message !== "object" || message === null || Reflect.get(message, "type") !== envelope) return undefined;
  const topic: unknown = Reflect.get(message, "topic");
  if (topic === "hello" || topic === "welcome") return { topic };
  const id: unknown = Reflect.get(message, "id");
  if (typeof id !== "number") return undefined;
  if (topic === "tell" || topic === "whole") return { topic, id };
  if (topic !== "part") return undefined;
  const part: unknown = Reflect.get(message, "part");
  return { topic, id, part: isWireFamily(part) ? part : undefined, isLast: Reflect.get(message, "isLast") === true };
}

/** Sends parts one by one, and lets the event loop have its turn between them. */
export async function sendParts(
  id: number,
  parts: Iterable<WireFamily>,
  send: (message: object) => void,
): Promise<void> {
  for (const part of parts) {
    send(pack({ topic: "part", id, part, isLast: false }));
    await new Promise((resolve) => setImmediate(resolve));
  }
  send(pack({ topic: "part", id, part: undefined, isLast: true }));
}
