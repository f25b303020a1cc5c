import type { IncomingMessage } from "node:http";
import { requestLimits } from "../limits.ts";

/** What came of reading a body: its bytes in memory of their own, or why there are none. */
export type ReadBody =
  | { readonly type: "whole"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly type: "too-large" }
  | { readonly type: "too-much-waits" }
  | { readonly type: "cut-off" };

/** Bytes of bodies that are held, of all requests together. */
export interface Room {
  /** False where there is none; nothing is taken then. */
  readonly take: (bytes: number) => boolean;
  readonly giveBack: (bytes: number) => void;
}

export function createRoom(maxBytes: number): Room {
  let taken = 0;
  return {
    take: (bytes) => {
      if (taken + bytes > maxBytes) return false;
      taken += bytes;
      return true;
    },
    giveBack: (bytes) => {
      taken -= bytes;
    },
  };
}

/**
 * Reads a body into `room`, which its reader gives back. What is too much is read to its end and dropped, so that the
 * sender gets our answer, and not a broken connection.
 */
export function readBody(request: IncomingMessage, room: Room): Promise<ReadBody> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    let isOver = false;
    const giveUp = (type: "too-large" | "too-much-waits" | "cut-off"): void => {
      if (isOver) return;
      isOver = true;
      room.giveBack(length);
      chunks.length = 0;
      resolve({ type });
    };
    request.on("data", (chunk: Buffer) => {
      if (isOver) return;
      if (length + chunk.length > requestLimits.bodyBytes) giveUp("too-large");
      else if (!room.take(chunk.length)) giveUp("too-much-waits");
      else {
        length += chunk.length;
        chunks.push(chunk);
      }
    });
    request.on("end", () => {
      if (isOver) return;
      isOver = true;
      resolve({ type: "whole", bytes: joined(chunks, length) });
    });
    request.on("close", () => giveUp("cut-off"));
    request.on("error", () => giveUp("cut-off"));
    if (Number(request.headers["content-length"] ?? 0) > requestLimits.bodyBytes) giveUp("too-large");
  });
}

/** In memory of its own, which can be handed to another thread; that of small buffers is shared. */
function joined(chunks: readonly Buffer[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
