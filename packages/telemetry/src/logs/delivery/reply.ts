/** Why the store did not take a record, in its words. */
export interface StoreError {
  readonly status: number;
  readonly type: string;
  readonly reason: string;
}

/** What a bulk answer says about one record. */
export type Verdict =
  | { readonly kind: "delivered" }
  /** Taken into the failure store. */
  | { readonly kind: "redirected" }
  /** Later it may be taken. */
  | { readonly kind: "busy"; readonly error: StoreError }
  /** The store failed at it: perhaps for now, perhaps because of the record. */
  | { readonly kind: "failed"; readonly error: StoreError }
  /** It will be taken when a person has changed something at the store. */
  | { readonly kind: "refused"; readonly error: StoreError }
  /** This record will never be taken. */
  | { readonly kind: "poison"; readonly error: StoreError };

/** `delivered`: every record is. `unreadable`: not the answer of a bulk interface. */
export type Reply = "delivered" | "unreadable" | readonly Verdict[];

/** Only these parts of the answer are wanted: a tenth of its length. */
export const wantedOfReply = "errors,items.*.status,items.*.error,items.*.failure_store";

/** Reads the answer to a bulk request of `count` records; what went well altogether is not parsed. */
export function readReply(body: Buffer, count: number): Reply {
  if (/^\{[^[]*"errors" *: *false/.test(body.toString("latin1", 0, 256)) && !body.includes('"failure_store":"used"'))
    return "delivered";
  const reply = parse(body.toString());
  const items = fieldOf(reply, "items");
  if (!Array.isArray(items) || items.length !== count) return "unreadable";
  const verdicts = items.map(readItem);
  return verdicts.every((verdict) => verdict !== undefined) ? verdicts : "unreadable";
}

function readItem(item: unknown): Verdict | undefined {
  const result = fieldOf(item, "create");
  const status = fieldOf(result, "status");
  if (typeof status !== "number") return undefined;
  if (status >= 200 && status < 300)
    return { kind: fieldOf(result, "failure_store") === "used" ? "redirected" : "delivered" };
  const error = readError(result, status);
  // It was taken when an earlier answer got lost.
  if (status === 409) return { kind: "delivered" };
  return { kind: kindOf(error), error };
}

/** Kinds of errors that say 400 and mean the data stream or the cluster, not the record. */
const faultsOfTheStore: ReadonlySet<string> = new Set([
  "cluster_block_exception",
  "index_closed_exception",
  "index_not_found_exception",
  "invalid_index_name_exception",
  "resource_not_found_exception",
  "security_exception",
  // The limit of shards per node, met when a data stream is created or rolls over.
  "validation_exception",
]);

function kindOf({ status, type }: StoreError): "busy" | "failed" | "refused" | "poison" {
  if (status === 408 || status === 429 || (status > 501 && status < 505)) return "busy";
  if (status >= 500 || status < 400) return "failed";
  return status === 401 || status === 403 || status === 404 || faultsOfTheStore.has(type) ? "refused" : "poison";
}

/** The error of an answer or of one of its items, with its causes. */
export function readError(container: unknown, status: number): StoreError {
  const error = fieldOf(container, "error");
  const type = fieldOf(error, "type");
  const reasons: string[] = [];
  for (let cause = error; cause !== undefined && reasons.length < 4; cause = fieldOf(cause, "caused_by")) {
    const reason = fieldOf(cause, "reason");
    if (typeof reason === "string") reasons.push(reason.slice(0, 1_000));
  }
  return { status, type: typeof type === "string" ? type : "unknown", reason: reasons.join("; caused by: ") };
}

export function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
