/**
 * Spans that a receiver says it has left out, of an ExportTraceServiceResponse: field 1 is the partial success, in it
 * field 1 the number. An answer that is none says nothing, so 0.
 */
export function rejectedSpans(body: Uint8Array, isJson: boolean): number {
  if (body.length === 0) return 0;
  const count = isJson ? ofJson(body) : ofProtobuf(body);
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}

function ofJson(body: Uint8Array): number {
  try {
    const answer: unknown = JSON.parse(Buffer.from(body).toString());
    return Number(member(member(answer, "partialSuccess"), "rejectedSpans") ?? 0);
  } catch {
    return 0;
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function ofProtobuf(body: Uint8Array): number {
  const [partialSuccess] = fields(body).filter(({ field }) => field === 1);
  if (partialSuccess?.content === undefined) return 0;
  return fields(partialSuccess.content).find(({ field }) => field === 1)?.value ?? 0;
}

interface Field {
  readonly field: number;
  readonly value: number;
  readonly content: Uint8Array | undefined;
}

/** Fields up to the first that makes no sense. */
function fields(bytes: Uint8Array): readonly Field[] {
  const found: Field[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70 && at < bytes.length; shift += 7) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    at = bytes.length;
    return Number.NaN;
  };
  while (at < bytes.length) {
    const tag = varint();
    const wire = tag % 8;
    const field = Math.floor(tag / 8);
    if (wire === 0) found.push({ field, value: varint(), content: undefined });
    else if (wire === 2) {
      const length = varint();
      if (!(at + length <= bytes.length)) return found;
      found.push({ field, value: 0, content: bytes.subarray(at, at + length) });
      at += length;
    } else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else return found;
  }
  return found;
}
