import { once } from "node:events";
import type { Server } from "node:http";
import { parseListenAddress } from "../listen/addresses.ts";
import { readAccessLogConfig } from "./config.ts";
import { AlreadyRuns, Exporter, type Say } from "./exporter.ts";
import { metricsServer } from "./server.ts";

export { parseListenAddress } from "../listen/addresses.ts";
export { ConfigError } from "./config.ts";

/** The exporter cannot start here: an address is taken or not there, or another exporter runs. The message says what to do. */
export class CannotStart extends Error {}

/** What `stackwright access-log` runs with. */
export interface AccessLogOptions {
  /** The config as `generate` prints it. */
  readonly config: string;
  /** Addresses instead of those of the config. */
  readonly listen: readonly string[];
  readonly version: string;
  readonly say: Say;
  /** Ends it in good order. */
  readonly signal: AbortSignal;
}

/**
 * Follows the logs of this balancer and serves what it counts, until the signal. Throws a `ConfigError`, `CannotStart`,
 * or what the file system throws where the config cannot be read.
 */
export async function runAccessLogExporter({
  config: file,
  listen,
  version,
  say,
  signal,
}: AccessLogOptions): Promise<void> {
  const config = readAccessLogConfig(file);
  const exporter = await Exporter.resume(config, version, say).catch((error: unknown) => {
    if (error instanceof AlreadyRuns) throw new CannotStart(`${error.message}; stop it first`);
    throw error;
  });
  const servers: Server[] = [];
  try {
    for (const address of listen.length > 0 ? listen : config.listen) {
      const server = await open(address, () => exporter.metrics());
      server.on("error", (error) => say("a connection could not be taken", { address, error: error.message }));
      servers.push(server);
      say("the metrics are served", { address: boundTo(server, address) });
    }
    signal.addEventListener("abort", () => exporter.stop(), { once: true });
    if (signal.aborted) exporter.stop();
    await exporter.run();
  } finally {
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  }
}

async function open(text: string, render: () => Promise<string>): Promise<Server> {
  const address = parseListenAddress(text);
  if (address === undefined)
    throw new CannotStart(`${JSON.stringify(text)} is no address to listen on; write HOST:PORT`);
  const server = metricsServer(render);
  try {
    server.listen({ port: address.port, ...(address.host === undefined ? {} : { host: address.host }) });
    await once(server, "listening");
    return server;
  } catch (error) {
    throw new CannotStart(`${text} cannot be listened on: ${reasonOf(error)}`);
  }
}

/** The address with the port that the system chose for 0. */
function boundTo(server: Server, text: string): string {
  const bound = server.address();
  return typeof bound === "object" && bound !== null ? text.replace(/[0-9]+$/, String(bound.port)) : text;
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: "another program has the port; stop it, or name another address with --web.listen-address",
  EADDRNOTAVAIL: "this host does not have the address; is the inventory's address of the host right?",
  EACCES: "ports below 1024 need a right of their own; choose a higher one",
  ENOTFOUND: "there is no such host name",
};

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return reasons[code] ?? (error instanceof Error ? error.message : String(error));
}
