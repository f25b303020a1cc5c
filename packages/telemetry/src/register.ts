import { registerHooks } from "./instrumentation/hooks.ts";
import { isTransportThread } from "./start/transport-thread.ts";

if (!isTransportThread()) {
  // Before anything else is loaded: what is there already cannot be instrumented.
  registerHooks();
  const { startTelemetry } = await import("./start/start.ts");
  startTelemetry();
}
