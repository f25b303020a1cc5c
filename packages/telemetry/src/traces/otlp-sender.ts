import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import type { OtlpSettings } from "../settings/otlp.ts";
import { encodeJson } from "./encoding/json.ts";
import { rejectedSpans } from "./encoding/partial-success.ts";
import { createProtobufEncoder } from "./encoding/protobuf.ts";
import { codeOf, connectOtlp, type OtlpAnswer, type OtlpConnection } from "./otlp-request.ts";
import { resolveTarget, showTarget } from "./otlp-target.ts";
import type { Attempt, Outcome, SpanSender } from "./span-sender.ts";

const compress = promisify(gzip);
const lessThan = 0x3c;

/**
 * Sends spans by OTLP over HTTP: https://opentelemetry.io/docs/specs/otlp/#otlphttp. Secret files are read at the first
 * attempt, and again after one that failed for want of them or with 401 or 403, so that a renewed token is taken up.
 */
export function createOtlpSender(settings: OtlpSettings): SpanSender {
  const json = settings.protocol === "http/json";
  const encode = json ? encodeJson : createProtobufEncoder();
  const headers = {
    "content-type": json ? "application/json" : "application/x-protobuf",
    ...(settings.compression === "gzip" && { "content-encoding": "gzip" }),
    "user-agent": `stackwright-telemetry node/${process.versions.node}`,
  };
  let connection: { readonly link: OtlpConnection; readonly identity: string } | undefined;
  const connect = (): { readonly link: OtlpConnection; readonly identity: string } => {
    const target = resolveTarget(settings);
    return { link: connectOtlp(target), identity: JSON.stringify([target.url.href, target.headers]) };
  };

  /** True where the secrets have changed since the connection was made. */
  const renew = (): boolean => {
    const old = connection;
    connection = undefined;
    old?.link.close();
    try {
      connection = connect();
    } catch {
      return false;
    }
    return old?.identity !== connection.identity;
  };

  const judge = ({ status, retryAfter, body }: OtlpAnswer): Outcome => {
    // Neither protobuf nor JSON begins like a page: somebody else answers, a proxy perhaps, and for now perhaps.
    if (status >= 200 && status < 300 && body[0] === lessThan)
      return { kind: "again", why: `HTTP ${status} with a page: no receiver of OTLP answers there` };
    if (status >= 200 && status < 300) return { kind: "accepted", rejected: rejectedSpans(body, json) };
    const why = `HTTP ${status}`;
    if (status === 413) return { kind: "too_large" };
    if (status === 429 || (status >= 502 && status <= 504)) {
      const afterMs = parseRetryAfter(retryAfter);
      return afterMs === undefined ? { kind: "again", why } : { kind: "again", why, afterMs };
    }
    if ((status === 401 || status === 403) && renew()) return { kind: "again", why };
    return { kind: "refused", why };
  };

  const prepare: SpanSender["prepare"] = (spans): Attempt => {
    const encoded = encode(spans);
    let body: Uint8Array | undefined;
    return async (signal) => {
      try {
        body ??= settings.compression === "gzip" ? await compress(encoded, { level: constants.Z_BEST_SPEED }) : encoded;
        connection ??= connect();
      } catch (error) {
        return { kind: "again", why: error instanceof Error ? error.message : "settings cannot be read" };
      }
      try {
        return judge(await connection.link.post({ body, headers, timeoutMs: settings.timeoutMs, signal }));
      } catch (error) {
        return { kind: "again", why: codeOf(error) };
      }
    };
  };

  return {
    target: showTarget(settings),
    prepare,
    async close() {
      connection?.link.close();
      connection = undefined;
    },
  };
}

/** Milliseconds, of a number of seconds or of a date: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
export function parseRetryAfter(value: string | undefined, now = Date.now()): number | undefined {
  const text = value?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
