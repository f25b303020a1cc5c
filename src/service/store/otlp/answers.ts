/** Answers of OTLP/HTTP, in the encoding of the request. https://opentelemetry.io/docs/specs/otlp/#otlphttp-response */

export type OtlpFormat = "json" | "protobuf";

export const otlpContentType: Readonly<Record<OtlpFormat, string>> = {
  json: "application/json",
  protobuf: "application/x-protobuf",
};

/** An `ExportTraceServiceResponse`, with `partial_success` where spans were left out. */
export function exportResponse(format: OtlpFormat, rejected: number, message: string): string | Uint8Array {
  if (format === "json")
    return JSON.stringify(
      rejected === 0 ? {} : { partialSuccess: { rejectedSpans: String(rejected), errorMessage: message } },
    );
  if (rejected === 0) return new Uint8Array();
  const text = Buffer.from(message);
  const partial = Buffer.concat([Buffer.from([1 << 3]), varint(rejected), lengthDelimited(2, text)]);
  return lengthDelimited(1, partial);
}

/** A `google.rpc.Status`, which tells why a request was refused. */
export function statusMessage(format: OtlpFormat, message: string): string | Uint8Array {
  return format === "json" ? JSON.stringify({ message }) : lengthDelimited(2, Buffer.from(message));
}

function lengthDelimited(field: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(field << 3) | 2]), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Buffer.from([...bytes, rest]);
}
