import { gunzipSync } from "node:zlib";
import { requestLimits } from "../limits.ts";
import { Refusal } from "../refusal.ts";

/** The bytes of a body, unpacked where it was packed. Throws `Refusal` where it is broken or unpacks to too much. */
export function unpack(
  bytes: Uint8Array,
  isZipped: boolean,
  maxBytes: number = requestLimits.unpackedBytes,
): Uint8Array {
  if (!isZipped) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    if (error instanceof RangeError)
      throw new Refusal(413, `the body unpacks to more than ${maxBytes} bytes; send less at once`);
    throw new Refusal(400, `the body is not gzip, though Content-Encoding says so: ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
