import { parseIp } from "../../model/ip.ts";

/** Where an instance is asked that the inventory does not know. */
export const unknownPeer = "_";

/** Instances of services, found by the address that nginx connects to. */
export class Peers {
  readonly #byText: Map<string, string>;
  readonly #byNumber: ReadonlyMap<string, string>;
  /** The only instance of an external service: its address comes from DNS. */
  readonly #only: string | undefined;

  /** `addresses`: `ADDRESS:PORT` → HOST:PORT of the inventory. */
  constructor(addresses: Readonly<Record<string, string>>) {
    const entries = Object.entries(addresses);
    this.#byText = new Map(entries);
    this.#byNumber = new Map(
      entries.flatMap(([address, peer]) => {
        const key = canonical(address);
        return key === undefined ? [] : [[key, peer]];
      }),
    );
    const [only] = entries;
    this.#only = entries.length === 1 && this.#byNumber.size === 0 ? only?.[1] : undefined;
  }

  get names(): readonly string[] {
    return [...new Set(this.#byText.values())];
  }

  /** HOST:PORT of an address as nginx writes it. */
  find(address: string): string {
    const known = this.#byText.get(address);
    if (known !== undefined) return known;
    if (this.#only !== undefined) return this.#only;
    // nginx may write an IPv6 address in another way than the inventory.
    const key = canonical(address);
    const peer = key === undefined ? undefined : this.#byNumber.get(key);
    if (peer === undefined) return unknownPeer;
    this.#byText.set(address, peer);
    return peer;
  }
}

function canonical(address: string): string | undefined {
  const [, host = "", port] = /^\[?([^[\]]*?)\]?:([0-9]+)$/.exec(address) ?? [];
  const ip = parseIp(host);
  return ip === undefined ? undefined : `${ip.family}/${ip.value}/${port}`;
}
