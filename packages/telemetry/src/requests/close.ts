import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Ending } from "./record.ts";

/** Calls once when the answer is complete, or when it is certain that it never will be. */
export function whenClosed(response: ServerResponse, socket: Socket, tell: (ending: Ending) => void): void {
  let isTold = false;
  const close = (): void => {
    if (isTold) return;
    isTold = true;
    waiting.get(socket)?.delete(close);
    tell(endingOf(response));
  };
  response.on("close", close);
  // A pipelined one waits for those before it. If the connection breaks until then, older Node.js (22) closes it without
  // a word.
  if (response.socket === null) waitWith(socket, close);
}

function endingOf(response: ServerResponse): Ending {
  const isAborted = !response.writableFinished;
  return { isAborted, status: isAborted && !response.headersSent ? undefined : response.statusCode };
}

const waiting = new WeakMap<Socket, Set<() => void>>();

/** One listener for each connection, however many requests wait on it. */
function waitWith(socket: Socket, close: () => void): void {
  const found = waiting.get(socket);
  if (found !== undefined) {
    found.add(close);
    return;
  }
  const all = new Set([close]);
  waiting.set(socket, all);
  socket.once("close", () => {
    for (const each of all) each();
  });
}
