import type { AddressInfo } from "node:net";
import { dirname, join, resolve } from "node:path";
import { version } from "../io/version.ts";
import { isAuthenticated, keepAccess } from "./access/access.ts";
import { guard } from "./access/guard.ts";
import { checkPasswords } from "./access/passwords.ts";
import { TokenError } from "./access/token.ts";
import { WebConfigError } from "./access/web-config.ts";
import { createApp, createLocalApp, type Parts } from "./app.ts";
import { observePrometheus } from "./asking/observer.ts";
import { keepInventory } from "./inventory/keeper.ts";
import { threadReader } from "./inventory/reader.ts";
import { isLocal, parseListenAddress, printListenAddress, withLoopback } from "./listen/addresses.ts";
import { createFront } from "./listen/front.ts";
import type { Log } from "./log.ts";
import { registerOwn } from "./metrics/own.ts";
import { processRegistry } from "./metrics/registry.ts";
import { createNotifyRouter } from "./notify/index.ts";
import { statusOf } from "./page/status.ts";
import { createSecretReader } from "./secrets.ts";
import { createStore, type StoreOptions } from "./store/index.ts";

export interface ServiceOptions {
  readonly inventory: string;
  /** `HOST:PORT`; at least one. */
  readonly listenAddresses: readonly string[];
  readonly webConfigFile?: string | undefined;
  readonly tokenFile?: string | undefined;
  /** Scripts of the threads that read the inventory, compare passwords and keep traces and log lines. */
  readonly threads: { readonly inventory: URL; readonly passwords: URL; readonly store: URL };
  /** Where secrets are: in the files of a host, or where the inventory says on a controller. */
  readonly secretsOn: "host" | "controller";
  /** False where the addresses of the inventory are not ours to ask. */
  readonly asksPrometheus: boolean;
  /** Of the embedded store; undefined turns it off. Without a directory it lies in memory. */
  readonly store?: StoreOptions | undefined;
  readonly log: Log;
}

/** A service that answers. */
export interface Service {
  readonly addresses: readonly AddressInfo[];
  /** Finishes what runs, for at most `deadlineMs`. */
  readonly end: (deadlineMs: number) => Promise<void>;
}

/** Why the service does not start, in words for whoever started it. */
export class StartError extends Error {
  override readonly name = "StartError";
  /** `usage`: called wrongly. `problem`: a file has errors. `missing`: the machine lacks something. */
  readonly because: "usage" | "problem" | "missing";

  constructor(because: StartError["because"], message: string) {
    super(message);
    this.because = because;
  }
}

/** Starts the exporter service. Rejects with `StartError`. An inventory with errors is no reason not to start. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { log, asksPrometheus } = options;
  const asked = options.listenAddresses.map((text) => {
    const address = parseListenAddress(text);
    if (address !== undefined) return address;
    throw new StartError(
      "usage",
      `${JSON.stringify(text)} is no address to listen on; write HOST:PORT, [IPV6]:PORT or :PORT`,
    );
  });
  const open = asked.filter((address) => !isLocal(address));
  const access = await keepAccess(
    { webConfigFile: options.webConfigFile, tokenFile: options.tokenFile },
    { log, mustAuthenticate: open.length > 0 },
  ).catch((error: unknown) => {
    if (error instanceof WebConfigError) throw new StartError("problem", error.message);
    if (error instanceof TokenError) throw new StartError("missing", error.message);
    throw error;
  });
  const [first] = open;
  if (first !== undefined && !isAuthenticated(access.current()))
    throw new StartError("usage", needsAuthentication(first));
  if (access.current().token?.isShort === true)
    log.warn("the token could be guessed; write a longer one with: openssl rand -hex 32", { file: options.tokenFile });

  const reader = threadReader(options.threads.inventory);
  const inventory = keepInventory(resolve(options.inventory), { read: reader.read, log });
  await inventory.refresh();
  const { failure, snapshot } = inventory.state();
  if (snapshot === undefined) throw new StartError("missing", `${failure}; name another inventory with -i`);

  const registry = processRegistry();
  const observer = observePrometheus(() => inventory.state().facts, { log, mayAsk: asksPrometheus });
  registerOwn(registry, { inventory: inventory.state, observations: observer.observations });
  const [stateFolder] = process.env["STATE_DIRECTORY"]?.split(":") ?? [];
  const bridge = createNotifyRouter({
    model: () =>
      inventory.state().facts?.bridge ?? { platform: "", environment: "", timezone: "UTC", alerting: undefined },
    registry,
    readSecret: createSecretReader(
      options.secretsOn === "host"
        ? { on: "host" }
        : { on: "controller", folder: dirname(resolve(options.inventory)), env: process.env },
    ),
    log,
    ...(stateFolder === undefined ? {} : { deadLetterFolder: join(stateFolder, "dead-letters") }),
  });
  const store =
    options.store === undefined
      ? undefined
      : createStore(options.store, { script: options.threads.store, registry, log });
  const passwords = checkPasswords(options.threads.passwords);
  const startedMs = Date.now();
  const parts: Parts = {
    inventory: inventory.state,
    status: () =>
      statusOf(inventory.state(), observer.observations(), {
        nowMs: Date.now(),
        version,
        startedMs,
        accessFailure: access.failure(),
        store: store?.state(),
      }),
    access: access.current,
    guard: guard(access.current, { passwords, log }),
    registry,
    bridge: bridge.router,
    store,
    isEnding: () => front.isEnding(),
    log,
  };
  const front = createFront(
    { main: createApp(parts), local: createLocalApp(parts) },
    { tls: access.current().tls, log },
  );
  const addresses = await front.listen(withLoopback(asked)).catch((error: unknown) => {
    throw new StartError("missing", listenFailure(error));
  });
  inventory.follow();
  observer.follow();
  access.follow(({ tls }) => front.useTls(tls));
  log.info("listening", {
    addresses: addresses.map(({ address, port }) => printListenAddress({ host: address, port })),
    tls: access.current().tls !== undefined,
    authentication: isAuthenticated(access.current()),
  });
  return {
    addresses,
    end: async (deadlineMs) => {
      inventory.end();
      reader.end();
      observer.end();
      access.end();
      const [cutOff, { brokenOff }] = await Promise.all([front.end(deadlineMs), bridge.end(deadlineMs)]);
      passwords.end();
      await store?.end();
      log.info("ended", { connections_cut_off: cutOff, notifications_broken_off: brokenOff });
    },
  };
}

function needsAuthentication(address: Parameters<typeof printListenAddress>[0]): string {
  return [
    `${printListenAddress(address)} can be reached from other machines, and nothing says who may ask; TLS alone does not.`,
    "Add --token-file FILE (openssl rand -hex 32 > FILE), or --web.config.file FILE with basic_auth_users or",
    "client_auth_type: RequireAndVerifyClientCert; or listen on 127.0.0.1 only",
  ].join("\n");
}

function listenFailure(error: unknown): string {
  if (!(error instanceof Error) || !("code" in error)) return String(error);
  const host = "address" in error ? String(error.address) : "";
  const port = "port" in error ? Number(error.port) : 0;
  const at = printListenAddress({ host, port });
  switch (error.code) {
    case "EADDRINUSE":
      return `${at} is taken by another process (ss -tlnp | grep :${port} shows which); end it, or name another address with --web.listen-address`;
    case "EACCES":
      return `${at} must not be used by this user; ports below 1024 need a right of their own`;
    case "EADDRNOTAVAIL":
      return `${at} is no address of this machine; ip -br addr lists them`;
    case "ENOTFOUND":
      return `${"hostname" in error ? String(error.hostname) : at} has no address here; write an address with --web.listen-address`;
    default:
      return `${at} cannot be listened on: ${error.message}`;
  }
}
