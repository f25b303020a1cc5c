import { isLoopback } from "../peer.ts";

/** Where to listen. `host` undefined is every address of the machine. */
export interface ListenAddress {
  readonly host: string | undefined;
  readonly port: number;
}

/** Reads `HOST:PORT`, `[ADDRESS]:PORT` or `:PORT`, as Prometheus' exporters take it; undefined where it is none. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const [, bracketed, plain = "", digits = ""] =
    /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]*)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === "" || port > 65_535) return undefined;
  const host = bracketed ?? plain;
  return { host: host === "" ? undefined : host, port };
}

/** As it is written in messages. */
export function printListenAddress({ host = "", port }: ListenAddress): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether only this machine reaches it. A name other than localhost could be anything. */
export function isLocal({ host }: ListenAddress): boolean {
  return host !== undefined && (host === "localhost" || isLoopback(host));
}

/**
 * The addresses to listen on: those that are asked for, and 127.0.0.1 with the port of the first one where none of them
 * covers it, because Alertmanager on this machine reaches the bridge there.
 */
export function withLoopback(asked: readonly ListenAddress[]): readonly ListenAddress[] {
  const [first] = asked;
  if (first === undefined) return [];
  const everything = [undefined, "0.0.0.0", "::", "127.0.0.1", "localhost"];
  const covered = asked.some(({ host, port }) => port === first.port && everything.includes(host));
  return covered ? asked : [...asked, { host: "127.0.0.1", port: first.port }];
}
