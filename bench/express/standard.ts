import { register } from "import-in-the-middle/register-hooks.mjs";

register({ include: ["express", "http"] });
const { NodeSDK } = await import("@opentelemetry/sdk-node");
const { HttpInstrumentation } = await import("@opentelemetry/instrumentation-http");
const { ExpressInstrumentation } = await import("@opentelemetry/instrumentation-express");

/** What the documentation of these packages says, and nothing more. */
new NodeSDK({ instrumentations: [new HttpInstrumentation(), new ExpressInstrumentation()] }).start();
