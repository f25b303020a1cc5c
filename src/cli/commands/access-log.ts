import { version } from "../../io/version.ts";
import { CannotStart, ConfigError, parseListenAddress, runAccessLogExporter } from "../../service/access-log/index.ts";
import { type ExitCode, exit } from "../exit.ts";
import { say } from "../output.ts";

/** Counts requests from the logs of nginx on this host until it is asked to end. */
export async function accessLog(options: {
  readonly config: string;
  readonly "web.listenAddress": readonly string[];
}): Promise<ExitCode> {
  const listen = options["web.listenAddress"];
  const wrong = listen.find((address) => parseListenAddress(address) === undefined);
  if (wrong !== undefined) {
    say(`error: ${JSON.stringify(wrong)} is no address to listen on; write HOST:PORT, for example 127.0.0.1:9741`);
    return exit.usage;
  }
  const stop = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(signal, () => stop.abort());
  try {
    await runAccessLogExporter({
      config: options.config,
      listen,
      version,
      say: (message, details) => say(`access-log: ${message}${fields(details)}`),
      signal: stop.signal,
    });
    return exit.ok;
  } catch (error) {
    if (error instanceof ConfigError) {
      say(`stackwright: ${error.message}`);
      return exit.problem;
    }
    if (error instanceof CannotStart) {
      say(`stackwright: ${error.message}`);
      return exit.missing;
    }
    throw error;
  }
}

function fields(details: Readonly<Record<string, string>>): string {
  return Object.entries(details)
    .map(([key, value]) => ` ${key}=${/^[\w@%+:,./-]+$/.test(value) ? value : JSON.stringify(value)}`)
    .join("");
}
