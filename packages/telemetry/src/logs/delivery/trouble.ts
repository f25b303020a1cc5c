import type { Trouble } from "./destinations.ts";
import type { Exchange } from "./exchange.ts";
import { readRetryAfter } from "./pause.ts";
import { parse, readError } from "./reply.ts";

type Answer = Extract<Exchange, { kind: "answered" }>;

/** What to say and do about an answer that is not the one of a working bulk interface. */
export function troubleOf(answer: Answer, dataStream: string): Trouble {
  const { status } = answer;
  const error = readError(parse(answer.body.toString("utf8", 0, 65_536)), status);
  const fields = {
    "http.response.status_code": status,
    ...(error.reason === "" ? {} : { "error.type": error.type, "error.message": error.reason.slice(0, 300) }),
  };
  if (status === 408 || status === 429 || status >= 500) {
    const retryAfterMs = readRetryAfter(answer.retryAfter, Date.now());
    const message = "Elasticsearch takes no log records for now; they are kept and sent later";
    return { kind: "unavailable", message, fields, retryAfterMs };
  }
  const { what, fix } = refusal(status, dataStream);
  return { kind: "refused", message: `${what}; log records are kept and sent later`, fields: { ...fields, fix } };
}

/** The connection failed, before or after the request was sent. */
export function troubleOfConnection(code: string): Trouble {
  const message = "Elasticsearch cannot be reached; log records are kept and sent later";
  const fix = fixes.get(code);
  return { kind: "unavailable", message, fields: { "error.code": code, ...(fix === undefined ? {} : { fix }) } };
}

const credentials =
  "TELEMETRY_LOG_ELASTICSEARCH_API_KEY_FILE, or TELEMETRY_LOG_ELASTICSEARCH_USERNAME and TELEMETRY_LOG_ELASTICSEARCH_PASSWORD_FILE";
const authority = "set TELEMETRY_LOG_ELASTICSEARCH_CA_FILE to the certificate authority of the store";

const fixes: ReadonlyMap<string, string> = new Map([
  ["ECONNREFUSED", "check that Elasticsearch runs and that TELEMETRY_LOG_ELASTICSEARCH_URLS names its address"],
  ["ECONNRESET", "see whether the address wants https://, and what the log of Elasticsearch or of a proxy says"],
  ["ECONNECTTIMEOUT", "check that this host may reach the address: routes and firewalls"],
  ["ETIMEDOUT", "see the load of Elasticsearch: it does not answer in time"],
  ["EAI_AGAIN", "check the name servers of this host"],
  ["ENOTFOUND", "correct the host name in TELEMETRY_LOG_ELASTICSEARCH_URLS"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", authority],
  ["SELF_SIGNED_CERT_IN_CHAIN", authority],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", authority],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", authority],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "name the host in TELEMETRY_LOG_ELASTICSEARCH_URLS as its certificate does"],
  ["EPROTO", "write https:// for an address with TLS and http:// for one without"],
  ["HPE_INVALID_CONSTANT", "write https:// for an address with TLS and http:// for one without"],
]);

/** A file with a secret or a certificate authority cannot be read; the file itself has been reported. */
export function unreadyTrouble(reason: string): Trouble {
  const message = "log records cannot be sent without their credentials; they are kept and sent later";
  return { kind: "refused", message, fields: { "error.message": reason, fix: "correct the file; it is read again" } };
}

/** What a person has to change. */
export function refusal(status: number, dataStream: string): { readonly what: string; readonly fix: string } {
  if (status === 401)
    return {
      what: "Elasticsearch does not accept the credentials",
      fix: `set ${credentials}; a changed file is read again by itself`,
    };
  if (status === 403)
    return {
      what: "Elasticsearch does not allow writing to the data stream",
      fix: `give the credentials the index privileges auto_configure and create_doc for ${dataStream}`,
    };
  if (status === 404)
    return {
      what: "there is no bulk interface at this address",
      fix: "correct the address, with its path, in TELEMETRY_LOG_ELASTICSEARCH_URLS",
    };
  if (status >= 200 && status < 300)
    return {
      what: "something else than Elasticsearch answers at this address",
      fix: "correct the address in TELEMETRY_LOG_ELASTICSEARCH_URLS",
    };
  return {
    what: "Elasticsearch refuses the requests",
    fix: "see error.message, and what stands between the application and Elasticsearch",
  };
}
