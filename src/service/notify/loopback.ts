import { isLoopback } from "../peer.ts";

/**
 * True for a `Host` header that means this machine by its address: a page in a browser here whose name was made to point
 * to loopback (DNS rebinding) says that name.
 */
export function namesLoopback(host: string | undefined): boolean {
  const name = (host ?? "").replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
  return name.toLowerCase() === "localhost" || isLoopback(name);
}
