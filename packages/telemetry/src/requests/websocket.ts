import { type Context, context } from "@opentelemetry/api";
import { type Carrier, served } from "./served-request.ts";

/** The context of the handshake, on each connection that came out of one. */
const opened = Symbol("stackwright.connection");
const patchedBy = Symbol.for("stackwright.ws");

interface Connection {
  [opened]?: Context;
}

type Emit = (this: Connection, event: string | symbol, ...values: unknown[]) => boolean;
type HandleUpgrade = (this: object, request: Carrier, ...rest: unknown[]) => unknown;

/**
 * Teaches the package `ws` two things: the path that a server was made for is the route of its handshakes, and whatever
 * happens on a connection later runs in the context of its handshake, so that log lines of a message lead to it. Throws
 * where these are not the parts that it knows: nothing has been changed then.
 */
export function patchWebSocket(exports: unknown): void {
  const server = prototypeOf(exports, "WebSocketServer") ?? prototypeOf(exports, "Server");
  const socket = prototypeOf(exports, "WebSocket") ?? prototypeOf(exports, "default");
  if (server === undefined || socket === undefined) throw new Error("these are not the exports of ws");
  if (Object.hasOwn(server, patchedBy)) return;
  Object.defineProperty(server, patchedBy, { value: true });
  tellRoute(server);
  carryContext(server, socket);
}

function tellRoute(server: object): void {
  const handleUpgrade: HandleUpgrade | undefined = methodOf(server, "handleUpgrade");
  if (handleUpgrade === undefined) return;
  define(server, "handleUpgrade", function handleUpgradeTold(this: object, request: Carrier, ...rest: unknown[]) {
    const state = request[served];
    const options: unknown = Reflect.get(this, "options");
    const path: unknown = isObject(options) ? Reflect.get(options, "path") : undefined;
    // A server on an own port is asked for every path, and refuses those that are not its.
    if (state !== undefined && state.route === "" && state.path === path) state.route = path;
    return handleUpgrade.call(this, request, ...rest);
  });
}

function carryContext(server: object, socket: object): void {
  const serverEmit: Emit | undefined = methodOf(server, "emit");
  const socketEmit: Emit | undefined = methodOf(socket, "emit");
  if (serverEmit === undefined || socketEmit === undefined) return;
  define(server, "emit", function emitInHandshake(this: object, event: string | symbol, ...values: unknown[]) {
    const [connection] = values;
    if (event === "connection" && isObject(connection)) Reflect.set(connection, opened, context.active());
    return serverEmit.call(this, event, ...values);
  });
  define(socket, "emit", function emitInContext(this: Connection, event: string | symbol, ...values: unknown[]) {
    const active = this[opened];
    if (active === undefined) return socketEmit.call(this, event, ...values);
    return context.with(active, () => socketEmit.call(this, event, ...values));
  });
}

function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
}

function methodOf<Method>(target: object, name: string): Method | undefined {
  const method: unknown = Reflect.get(target, name);
  return isMethod<Method>(method) ? method : undefined;
}

function isMethod<Method>(value: unknown): value is Method {
  return typeof value === "function";
}

function prototypeOf(exports: unknown, name: string): object | undefined {
  const found: unknown = isObject(exports) ? Reflect.get(exports, name) : undefined;
  const prototype: unknown = isObject(found) ? Reflect.get(found, "prototype") : undefined;
  return isObject(prototype) ? prototype : undefined;
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
