import { randomUUID } from "node:crypto";
import { WebSocket } from "ws";
import type { Results } from "./results.ts";

/** Watches the live comments of some room for a while, and perhaps says something. Never rejects. */
export type Watch = (visit: { readonly ms: number; readonly says: boolean }) => Promise<void>;

const rooms = ["lobby", "lobby", "noodles", "hotpot"];
const sayings = ["looks good", "so hungry now", "how spicy is it?", "ordered two", "666", "delivery was fast today"];

export function createWatch({ live, results, signal }: { live: URL; results: Results; signal: AbortSignal }): Watch {
  const base = new URL(live);
  base.protocol = live.protocol === "https:" ? "wss:" : "ws:";
  return ({ ms, says }) =>
    new Promise((resolve) => {
      const room = rooms[Math.floor(Math.random() * rooms.length)] ?? "lobby";
      const socket = new WebSocket(new URL(`/danmu/${room}?client=${randomUUID()}`, base), {
        handshakeTimeout: 3000,
        maxPayload: 65_536,
        perMessageDeflate: false,
      });
      const leave = (): void => {
        socket.close(1000);
        // The other side may never answer that.
        setTimeout(() => socket.terminate(), 1000).unref();
      };
      const timer = setTimeout(leave, ms);
      signal.addEventListener("abort", leave, { once: true });
      let opened = false;
      socket.on("open", () => {
        opened = true;
        results.live.opened += 1;
        if (!says) return;
        socket.send(JSON.stringify({ text: sayings[Math.floor(Math.random() * sayings.length)] }));
        results.live.said += 1;
      });
      socket.on("message", () => {
        results.live.received += 1;
      });
      // An error is always followed by the close.
      socket.on("error", () => undefined);
      socket.on("close", (code) => {
        clearTimeout(timer);
        signal.removeEventListener("abort", leave);
        if ((!opened || code !== 1000) && !signal.aborted) results.live.failed += 1;
        resolve();
      });
    });
}
