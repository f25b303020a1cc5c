import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { type Context, context } from "@opentelemetry/api";
import { isTracingSuppressed } from "@opentelemetry/core";
import type { ClientDuration } from "./clients.ts";
import { exemplarOf } from "./exemplar.ts";
import { knownMethod } from "./http-method.ts";

interface Call {
  readonly context: Context;
  readonly start: number;
  status: string;
}

/** Duration of requests by undici and `fetch`; their spans are the official instrumentation's. */
export function measureUndici(duration: ClientDuration): () => void {
  const calls = new WeakMap<object, Call>();
  const finish = (request: object): void => {
    const call = calls.get(request);
    if (call === undefined) return;
    calls.delete(request);
    const origin = URL.parse(String(Reflect.get(request, "origin")));
    duration.observeFor(
      {
        http_request_method: knownMethod(String(Reflect.get(request, "method"))),
        http_response_status_code: call.status,
        server_address: origin?.hostname ?? "",
        server_port: origin?.port || (origin?.protocol === "https:" ? "443" : "80"),
      },
      (performance.now() - call.start) / 1000,
      exemplarOf(call.context),
    );
  };
  const handlers: Readonly<Record<string, (request: object, message: object) => void>> = {
    "undici:request:create": (request) => {
      const active = context.active();
      if (!isTracingSuppressed(active)) calls.set(request, { context: active, start: performance.now(), status: "" });
    },
    "undici:request:headers": (request, message) => {
      const call = calls.get(request);
      const response: unknown = Reflect.get(message, "response");
      if (call !== undefined && typeof response === "object" && response !== null)
        call.status = String(Reflect.get(response, "statusCode"));
    },
    "undici:request:trailers": finish,
    "undici:request:error": finish,
  };
  const listeners = Object.entries(handlers).map(([name, handle]) => {
    const listener = (message: unknown): void => {
      if (typeof message !== "object" || message === null) return;
      const request: unknown = Reflect.get(message, "request");
      if (typeof request !== "object" || request === null) return;
      try {
        handle(request, message);
      } catch {
        // The request goes on unmeasured.
      }
    };
    subscribe(name, listener);
    return { name, listener };
  });
  return () => {
    for (const { name, listener } of listeners) unsubscribe(name, listener);
  };
}
