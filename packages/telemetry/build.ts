import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { builtins } from "../../tools/build/builtins.ts";

/**
 * Bundles the library into `dist`: a start from one file costs a third of one from the SDK's many. What an application
 * may have a copy of as well (the OpenTelemetry API, pino, prom-client), what hooks into module loading, and what only
 * the full mode needs stays outside, as a dependency.
 */
const folder = fileURLToPath(new URL(".", import.meta.url));
const { dependencies, peerDependencies } = readManifest();
const outside = [...Object.keys(dependencies), ...Object.keys(peerDependencies)];
// The SDK within the bundle has its core inside; the dependency is there to keep the full mode's copies together.
const inside = new Set(["@opentelemetry/core"]);

await rm(`${folder}dist`, { recursive: true, force: true });
const bundle = await rolldown({
  input: {
    index: `${folder}src/index.ts`,
    register: `${folder}src/register.ts`,
    // A thread's file: it is found beside the chunk that starts it.
    "chunks/log-worker": `${folder}src/logs/buffer/log-worker.ts`,
  },
  platform: "node",
  // Each instrumentation brings a copy of its own, and each copy hooks into every `require` of the application.
  resolve: {
    alias: { "@opentelemetry/instrumentation": fileURLToPath(import.meta.resolve("@opentelemetry/instrumentation")) },
  },
  plugins: [builtins],
  treeshake: { propertyReadSideEffects: false },
  external: (id) => outside.some((name) => !inside.has(name) && (id === name || id.startsWith(`${name}/`))),
});
await bundle.write({ dir: `${folder}dist`, format: "esm", chunkFileNames: "chunks/[name]-[hash].js" });

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

function readManifest(): Manifest {
  return { dependencies: {}, peerDependencies: {}, ...JSON.parse(readFileSync(`${folder}package.json`, "utf8")) };
}
