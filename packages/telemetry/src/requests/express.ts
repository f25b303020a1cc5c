import { joinTemplates, templateOf } from "./route-template.ts";
import { type Carrier, recordFailure, served } from "./served-request.ts";

/** The template that a layer is mounted under; only on layers that take a part of the path away. */
const mounted = Symbol("stackwright.mount");
const patchedBy = Symbol.for("stackwright.express");

type Next = (error?: unknown) => void;
type Handle = (this: object, request: Carrier, response: unknown, next: Next) => unknown;
type HandleError = (this: object, error: unknown, request: Carrier, response: unknown, next: Next) => unknown;

interface Layer {
  [mounted]?: string;
}

/**
 * Teaches Express 4 and 5, and the package `router` that Express 5 stands on, to tell which route took a request. The
 * prototypes are changed, so what was imported before or by other means is observed as well. Throws where these are not
 * the parts that it knows: nothing has been changed then.
 */
export function patchExpress(exports: unknown): void {
  const parts = partsOf(exports);
  if (parts === undefined) throw new Error("these are not the exports of Express 4 or 5");
  const { router, route, layer } = parts;
  if (Object.hasOwn(route, patchedBy)) return;
  Object.defineProperty(route, patchedBy, { value: true });
  wrap<Handle>(route, "dispatch", tellRoute);
  wrap<(this: object, ...values: unknown[]) => unknown>(router, "use", rememberMount);
  wrap<Handle>(router, "handle", tellUnhandled);
  wrap<Handle>(layer, "handleRequest" in layer ? "handleRequest" : "handle_request", enterMount);
  wrap<HandleError>(layer, "handleError" in layer ? "handleError" : "handle_error", tellFailure);
}

/** A route takes the request; one that passes it on has not been the one. */
function tellRoute(dispatch: Handle): Handle {
  return function dispatchTold(request, response, next) {
    const state = request[served];
    if (state === undefined) return dispatch.call(this, request, response, next);
    const before = state.route;
    state.route = joinTemplates(state.mount, templateOf(Reflect.get(this, "path")));
    return dispatch.call(this, request, response, (error) => {
      if (error === undefined || error === null || error === "route" || error === "router") state.route = before;
      next(error);
    });
  };
}

/** Below a mount point the routes are relative to it, until the request comes out again. */
function enterMount(handle: Handle): Handle {
  return function handleMounted(this: object & Layer, request, response, next) {
    const template = this[mounted];
    const state = template === undefined ? undefined : request[served];
    if (template === undefined || state === undefined) return handle.call(this, request, response, next);
    const before = state.mount;
    state.mount = joinTemplates(before, template);
    return handle.call(this, request, response, (error) => {
      state.mount = before;
      next(error);
    });
  };
}

/** `use` adds layers at the end; Express 4 forgets the path that they were given. */
function rememberMount(use: (this: object, ...values: unknown[]) => unknown) {
  return function useRemembered(this: object, ...values: unknown[]): unknown {
    const stack: unknown = Reflect.get(this, "stack");
    const before = Array.isArray(stack) ? stack.length : 0;
    const returned = Reflect.apply(use, this, values);
    const template = typeof values[0] === "function" || isListOfHandlers(values[0]) ? "" : templateOf(values[0]);
    if (template !== "" && template !== "/" && Array.isArray(stack))
      for (const layer of stack.slice(before)) if (isObject(layer)) Reflect.set(layer, mounted, template);
    return returned;
  };
}

/** An error that goes to an error handler has not always passed through a route. */
function tellFailure(handleError: HandleError): HandleError {
  return function handleErrorTold(error, request, response, next) {
    recordFailure(request[served], error);
    return handleError.call(this, error, request, response, next);
  };
}

/** And where nobody handles it, the router gives it back. */
function tellUnhandled(handle: Handle): Handle {
  return function handleTold(request, response, next) {
    const state = request[served];
    if (state === undefined || typeof next !== "function") return handle.call(this, request, response, next);
    return handle.call(this, request, response, (error) => {
      if (error !== undefined && error !== null && error !== "router") recordFailure(state, error);
      next(error);
    });
  };
}

function wrap<Method>(target: object, name: string, around: (method: Method) => Method): void {
  const method = Object.getOwnPropertyDescriptor(target, name)?.value;
  if (typeof method !== "function") return;
  Object.defineProperty(target, name, { value: around(method), configurable: true, writable: true, enumerable: true });
}

interface Parts {
  readonly router: object;
  readonly route: object;
  readonly layer: object;
}

/** Where the methods live: in Express 4 on the function `Router` itself, later on its prototype. */
function partsOf(exports: unknown): Parts | undefined {
  const express =
    isObject(exports) && isObject(Reflect.get(exports, "default")) ? Reflect.get(exports, "default") : exports;
  if (!isObject(express)) return undefined;
  const Router: unknown = Reflect.get(express, "Router") ?? express;
  const Route: unknown = Reflect.get(express, "Route");
  if (typeof Router !== "function" || typeof Route !== "function") return undefined;
  const route: unknown = Reflect.get(Route, "prototype");
  const layer = layerOf(Router);
  const router: unknown = typeof Reflect.get(Router, "use") === "function" ? Router : Reflect.get(Router, "prototype");
  if (!isObject(route) || !isObject(router) || layer === undefined) return undefined;
  return { router, route, layer };
}

/** The class of layers is exported nowhere; a router that nobody uses shows it. */
function layerOf(Router: object): object | undefined {
  if (typeof Router !== "function") return undefined;
  const probe: unknown = Reflect.apply(Router, undefined, []);
  if (!isObject(probe)) return undefined;
  const use: unknown = Reflect.get(probe, "use");
  if (typeof use !== "function") return undefined;
  Reflect.apply(use, probe, [() => {}]);
  const stack: unknown = Reflect.get(probe, "stack");
  const layer: unknown = Array.isArray(stack) ? stack[0] : undefined;
  return isObject(layer) ? Object.getPrototypeOf(layer) : undefined;
}

function isListOfHandlers(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  const [first] = value.flat(Number.POSITIVE_INFINITY);
  return typeof first === "function";
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
