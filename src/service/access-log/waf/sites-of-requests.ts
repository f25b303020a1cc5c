import type { AuditRecord } from "./audit-record.ts";

/** So many requests are remembered whose record may still come, twice. */
const generation = 20_000;
/** So many records wait for their line at most. */
const maxWaiting = 20_000;
/** Looks at the end of the access log after which a record waits no longer. */
const patience = 3;

/** A record that waits, in the form in which it is kept. */
export interface Waiting {
  readonly record: AuditRecord;
  looks: number;
}

/**
 * Finds the site of an audit record: the record has the id of the request, and the line of the access log with that
 * id names the site. Either of them may be read first. (A record can hold the Host header too, but then it holds cookies
 * and passwords as well, which is why our config leaves headers out.)
 */
export class SitesOfRequests {
  readonly #found: (record: AuditRecord, site: string | undefined) => void;
  readonly #waiting: Map<string, Waiting>;
  #recent = new Map<string, string>();
  #earlier = new Map<string, string>();

  /** `found` gets each record with its site, or undefined where no line has come. */
  constructor(found: (record: AuditRecord, site: string | undefined) => void) {
    this.#found = found;
    this.#waiting = new Map();
  }

  get waiting(): readonly Waiting[] {
    return [...this.#waiting.values()];
  }

  restore(waiting: readonly Waiting[]): void {
    for (const each of waiting) this.#waiting.set(each.record.request, { ...each });
  }

  /** A line of the access log, of a site with the firewall. `mayBeNamed`: a record of it may still come. */
  line(request: string, site: string, mayBeNamed: boolean): void {
    const waits = this.#waiting.get(request);
    if (waits !== undefined) {
      this.#waiting.delete(request);
      this.#found(waits.record, site);
      return;
    }
    if (!mayBeNamed) return;
    if (this.#recent.size >= generation) {
      this.#earlier = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(request, site);
  }

  /** A record of the audit log. */
  record(record: AuditRecord): void {
    const site = this.#recent.get(record.request) ?? this.#earlier.get(record.request);
    if (site !== undefined) {
      this.#found(record, site);
      return;
    }
    this.#waiting.set(record.request, { record, looks: 0 });
    if (this.#waiting.size <= maxWaiting) return;
    for (const [request, { record: oldest }] of this.#waiting) {
      this.#waiting.delete(request);
      this.#found(oldest, undefined);
      break;
    }
  }

  /** The access log has been read to its end: lines of older records should have come. */
  atEnd(): void {
    for (const [request, waits] of this.#waiting)
      if (++waits.looks > patience) {
        this.#waiting.delete(request);
        this.#found(waits.record, undefined);
      }
  }
}
