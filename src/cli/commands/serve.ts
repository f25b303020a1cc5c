import { setTimeout as sleep } from "node:timers/promises";
import { jsonLog } from "../../service/log.ts";
import { type Service, type ServiceOptions, StartError, startService } from "../../service/main.ts";
import { type ExitCode, exit } from "../exit.ts";
import { say } from "../output.ts";

/** How long requests may go on after the first signal. */
const endDeadlineMs = 10_000;

export interface ServeOptions {
  readonly inventory: string;
  readonly "web.listenAddress": readonly string[];
  readonly "web.config.file"?: string;
  readonly tokenFile?: string;
}

/** Where the service listens unless it is told. */
export const defaultAddress = "127.0.0.1:9740";

/** Runs the exporter service until SIGINT or SIGTERM. */
export async function serve(options: ServeOptions): Promise<ExitCode> {
  const service = await start({
    inventory: options.inventory,
    listenAddresses: options["web.listenAddress"],
    webConfigFile: options["web.config.file"],
    tokenFile: options.tokenFile,
    secretsOn: "host",
    asksPrometheus: true,
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
      threads: { inventory: script("inventory-worker"), passwords: script("password-worker") },
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
};

/** A thread's script: beside the sources it is a source, else it stands beside the bundle's `main.js`. */
function script(name: string): URL {
  const own = import.meta.url;
  return new URL(own.endsWith(".ts") ? (sources[name] ?? "") : `../${name}.js`, own);
}
