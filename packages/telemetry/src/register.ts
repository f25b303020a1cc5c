import { registerHooks } from "./instrumentation/hooks.ts";

// Before anything else is loaded: what is there already cannot be instrumented.
registerHooks();
const { startTelemetry } = await import("./start/start.ts");
startTelemetry();
