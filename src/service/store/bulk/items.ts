import { randomUUID } from "node:crypto";
import { cut, isRecord } from "../json.ts";
import { requestLimits } from "../limits.ts";
import { Refusal } from "../refusal.ts";
import { type LogRecord, recordOf } from "./record.ts";

/** One action of a bulk request. */
export interface BulkItem {
  readonly action: "create" | "index";
  readonly stream: string;
  readonly id: string;
  readonly content: LogRecord | ItemError;
}

/** Why an item cannot be kept, in Elasticsearch's terms. */
export interface ItemError {
  readonly type: string;
  readonly reason: string;
  readonly counts: "invalid" | "too_large";
}

const maxId = 512;
const newline = 0x0a;

/**
 * Reads a body of `_bulk`: lines of action and document in turn. What is wrong with one document is told in its item;
 * what is wrong with the form of the request makes it unreadable as a whole, as in Elasticsearch: throws `Refusal`.
 * https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk
 */
export function itemsOf(bytes: Uint8Array, streamOfPath: string | undefined): readonly BulkItem[] {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (body.length === 0) throw new Refusal(400, "request body is required");
  if (body[body.length - 1] !== newline)
    throw new Refusal(400, "The bulk request must be terminated by a newline [\\n]");
  const items: BulkItem[] = [];
  const lines = linesOf(body);
  for (const line of lines) {
    if (line.bytes.length === 0) continue;
    const { action, stream, id } = actionOf(line.bytes.toString("utf8"), { number: line.number, streamOfPath });
    const document = lines.next();
    if (document.done === true) throw new Refusal(400, `line ${line.number}: an action without a document`);
    if (items.length === requestLimits.items)
      throw new Refusal(413, `more than ${requestLimits.items} documents in one request; send fewer at once`);
    items.push({ action, stream, id, content: contentOf(document.value.bytes, stream, id) });
  }
  if (items.length === 0) throw new Refusal(400, "the request has no actions");
  return items;
}

function contentOf(bytes: Buffer, stream: string, id: string): BulkItem["content"] {
  const invalid = (type: string, reason: string): ItemError => ({ type, reason, counts: "invalid" });
  if (!isStreamName(stream)) return invalid("invalid_index_name_exception", `Invalid index name [${cut(stream, 100)}]`);
  if (id === "" || Buffer.byteLength(id) > maxId)
    return invalid("illegal_argument_exception", `_id is empty or longer than ${maxId} bytes`);
  if (bytes.length > requestLimits.documentBytes) {
    const reason = `the document has ${bytes.length} bytes, more than ${requestLimits.documentBytes}`;
    return { type: "document_parsing_exception", reason, counts: "too_large" };
  }
  const record = recordOf(bytes.toString("utf8"), stream);
  return typeof record === "string" ? invalid("document_parsing_exception", record) : record;
}

/** As Elasticsearch wants the names of indices and data streams. */
export function isStreamName(name: string): boolean {
  if (name === "." || name === ".." || name !== name.toLowerCase() || Buffer.byteLength(name) > 255) return false;
  return /^[^-_+\\/*?"<>|,#:\s\p{Cc}][^\\/*?"<>|,#:\s\p{Cc}]*$/u.test(name);
}

function actionOf(
  line: string,
  { number, streamOfPath }: { readonly number: number; readonly streamOfPath: string | undefined },
): Pick<BulkItem, "action" | "stream" | "id"> {
  const malformed = (why: string): Refusal => new Refusal(400, `Malformed action/metadata line [${number}]: ${why}`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    throw malformed("it is no JSON");
  }
  const entries = isRecord(parsed) ? Object.entries(parsed) : [];
  const [entry] = entries;
  if (entry === undefined || entries.length > 1) throw malformed("an object with one action is expected");
  const [action, about] = entry;
  if (action !== "create" && action !== "index")
    throw malformed(`the action ${JSON.stringify(cut(action, 40))} is not taken here; create and index are`);
  if (!isRecord(about)) throw malformed(`${action} is no object`);
  const { _index: stream = streamOfPath, _id: id = randomUUID() } = about;
  if (typeof stream !== "string") throw malformed("_index is missing, and the path names none");
  if (typeof id !== "string" && typeof id !== "number") throw malformed("_id is no text");
  return { action, stream, id: String(id).toWellFormed() };
}

function* linesOf(body: Buffer): Generator<{ readonly bytes: Buffer; readonly number: number }, undefined> {
  let number = 0;
  for (let at = 0; at < body.length; ) {
    const end = body.indexOf(newline, at);
    const stop = end < 0 ? body.length : end;
    const isCarriage = stop > at && body[stop - 1] === 0x0d;
    yield { bytes: body.subarray(at, isCarriage ? stop - 1 : stop), number: ++number };
    at = stop + 1;
  }
  return undefined;
}
