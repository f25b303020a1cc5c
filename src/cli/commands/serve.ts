import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseDuration, parseSize } from "../../model/units.ts";
import { jsonLog } from "../../service/log.ts";
import { type Service, type ServiceOptions, StartError, startService } from "../../service/main.ts";
import type { StoreOptions } from "../../service/store/index.ts";
import { leastBytes } from "../../service/store/limits.ts";
import { type ExitCode, exit } from "../exit.ts";
import { say } from "../output.ts";

/** How long requests may go on after the first signal. */
const endDeadlineMs = 10_000;

export interface ServeOptions {
  readonly inventory: string;
  readonly "web.listenAddress": readonly string[];
  readonly "web.config.file"?: string;
  readonly tokenFile?: string;
  /** False with `--no-store`. */
  readonly store: boolean;
  readonly "store.directory"?: string;
  readonly "store.maxBytes"?: string;
  readonly "store.maxAge"?: string;
}

/** Where the service listens unless it is told. */
export const defaultAddress = "127.0.0.1:9740";

/** Runs the exporter service until SIGINT or SIGTERM. */
export async function serve(options: ServeOptions): Promise<ExitCode> {
  const store = storeOptions(options);
  if (store.type === "wrong") {
    say(`stackwright: ${store.message}`);
    return exit.usage;
  }
  const service = await start({
    inventory: options.inventory,
    listenAddresses: options["web.listenAddress"],
    webConfigFile: options["web.config.file"],
    tokenFile: options.tokenFile,
    secretsOn: "host",
    asksPrometheus: true,
    store: store.options,
  });
  if (!("addresses" in service)) return service.code;
  await untilSignal();
  await endService(service);
  return exit.ok;
}

/** Starts the service with this command line's threads; gives the exit code where it does not start. */
export async function start(
  options: Omit<ServiceOptions, "threads" | "log"> & Partial<Pick<ServiceOptions, "log">>,
): Promise<Service | { readonly code: ExitCode }> {
  try {
    return await startService({
      log: jsonLog((line) => process.stderr.write(line)),
      threads: {
        inventory: script("inventory-worker"),
        passwords: script("password-worker"),
        store: script("store-worker"),
      },
      ...options,
    });
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    say(`${error.because === "problem" ? "" : "stackwright: "}${error.message}`);
    return { code: exit[error.because] };
  }
}

/** Ends the service in good order; a second signal ends the process at once. */
export async function endService(service: Service): Promise<void> {
  const hurry = (signal: NodeJS.Signals): void => process.exit(signal === "SIGINT" ? 130 : 143);
  process.on("SIGINT", hurry).on("SIGTERM", hurry);
  await service.end(endDeadlineMs);
  process.off("SIGINT", hurry).off("SIGTERM", hurry);
}

/** Resolves with the first SIGINT or SIGTERM, or after some seconds. */
export async function untilSignal(seconds?: number): Promise<void> {
  const ended = new AbortController();
  const end = (): void => ended.abort();
  process.once("SIGINT", end).once("SIGTERM", end);
  const forEver = 2 ** 31 - 1;
  while (!ended.signal.aborted) {
    await sleep(seconds === undefined ? forEver : seconds * 1000, undefined, { signal: ended.signal }).catch(
      () => undefined,
    );
    if (seconds !== undefined) break;
  }
  process.off("SIGINT", end).off("SIGTERM", end);
}

const sources: Readonly<Record<string, string>> = {
  "inventory-worker": "../inventory-worker.ts",
  "password-worker": "../../service/access/password-worker.ts",
  "store-worker": "../../service/store/worker.ts",
};

/** Where and how much the store keeps: in the state folder that systemd gives, where nothing else is said. */
function storeOptions(
  options: ServeOptions,
):
  | { readonly type: "options"; readonly options: StoreOptions | undefined }
  | { readonly type: "wrong"; readonly message: string } {
  if (!options.store) return { type: "options", options: undefined };
  const { "store.directory": directory, "store.maxBytes": size, "store.maxAge": age } = options;
  const maxBytes = size === undefined ? undefined : parseSize(size);
  if (maxBytes !== undefined && !(maxBytes >= leastBytes))
    return { type: "wrong", message: `--store.max-bytes ${size} is no size of at least 16MB; write 512MB or 2GB` };
  const maxAgeMs = age === undefined ? undefined : parseDuration(age);
  if (maxAgeMs !== undefined && !(maxAgeMs >= 60_000))
    return { type: "wrong", message: `--store.max-age ${age} is no duration of at least 1m; write 12h or 7d` };
  const [stateFolder] = process.env["STATE_DIRECTORY"]?.split(":") ?? [];
  const usual = stateFolder === undefined ? undefined : join(stateFolder, "store");
  return { type: "options", options: { directory: directory ?? usual, maxBytes, maxAgeMs } };
}

/** A thread's script: beside the sources it is a source, else it stands beside the bundle's `main.js`. */
function script(name: string): URL {
  const own = import.meta.url;
  return new URL(own.endsWith(".ts") ? (sources[name] ?? "") : `../${name}.js`, own);
}
