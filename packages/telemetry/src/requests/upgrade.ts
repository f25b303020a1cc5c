import type { Duplex } from "node:stream";
import type { Ending } from "./record.ts";

/**
 * Calls once when an upgrade has been answered. The application writes the answer to the socket itself; its first line
 * tells the status. From then on the connection is none of HTTP's business.
 */
export function whenAnswered(socket: Duplex, tell: (ending: Ending) => void): void {
  let isTold = false;
  const unwatch = [watch(socket, "write", (chunk) => look(chunk)), watch(socket, "end", (chunk) => look(chunk))];
  const answered = (ending: Ending): void => {
    if (isTold) return;
    isTold = true;
    for (const each of unwatch) each();
    // The connection may live for days.
    socket.off("close", closed);
    tell(ending);
  };
  const look = (chunk: unknown): void => {
    const status = isTold ? undefined : statusOf(chunk);
    if (status !== undefined) answered({ status, isAborted: false });
  };
  const closed = (): void => answered({ status: undefined, isAborted: true });
  socket.once("close", closed);
}

/** Shows what is written before it is written; returns what ends that. */
function watch(socket: Duplex, method: "write" | "end", look: (chunk: unknown) => void): () => void {
  const inherited = socket[method];
  const isOwn = Object.hasOwn(socket, method);
  const watched = function watched(this: Duplex, ...values: unknown[]): unknown {
    look(values[0]);
    return Reflect.apply(inherited, this, values);
  };
  Object.defineProperty(socket, method, { value: watched, configurable: true, writable: true });
  return () => {
    if (!Object.is(socket[method], watched)) return;
    if (isOwn) Object.defineProperty(socket, method, { value: inherited, configurable: true, writable: true });
    else Reflect.deleteProperty(socket, method);
  };
}

/** `HTTP/1.1 101 Switching Protocols`, in text or bytes. */
function statusOf(chunk: unknown): number | undefined {
  const head = typeof chunk === "string" ? chunk.slice(0, 12) : chunk instanceof Uint8Array ? latin1(chunk) : "";
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
  return status === undefined ? undefined : Number(status);
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 12));
}
