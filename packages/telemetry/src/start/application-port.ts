import { Server } from "node:net";
import { isUnobserved } from "../requests/unobserved.ts";

/**
 * Calls `tell` right before a server of the application begins to listen on a port, so that a listener of ours can let go
 * of it. Returns what takes the hook out again.
 */
export function beforeListening(port: number, tell: () => void): () => void {
  const listen: unknown = Server.prototype.listen;
  if (typeof listen !== "function") return () => {};
  const hooked = function (this: Server, ...values: readonly unknown[]): unknown {
    if (!isUnobserved(this) && portOf(values) === port) tell();
    return Reflect.apply(listen, this, values);
  };
  Reflect.set(Server.prototype, "listen", hooked);
  return () => {
    if (Object.is(Server.prototype.listen, hooked)) Reflect.set(Server.prototype, "listen", listen);
  };
}

/** https://nodejs.org/api/net.html#serverlisten: a port, or options with one; both may be text. */
function portOf([first]: readonly unknown[]): number | undefined {
  const given: unknown = typeof first === "object" && first !== null && "port" in first ? first.port : first;
  if (typeof given === "number") return given;
  return typeof given === "string" && /^\d+$/.test(given) ? Number(given) : undefined;
}
