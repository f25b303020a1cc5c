import { readFileSync } from "node:fs";
import type { AgentOptions } from "node:https";
import type { HeaderSource, OtlpSettings } from "../settings/otlp.ts";
import { readSecret } from "../settings/secret.ts";

/** Where requests go, secrets resolved: for the transport only, never for a message. */
export interface OtlpTarget {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: Pick<AgentOptions, "ca" | "cert" | "key">;
}

/** Reads secret files and certificates; throws an error that names the file or header, and never a value. */
export function resolveTarget(settings: OtlpSettings): OtlpTarget {
  const { certificate, clientCertificate, clientKey } = settings;
  return {
    url: resolveUrl(settings),
    headers: Object.assign({}, ...settings.headers.map(resolveHeaders)),
    tls: {
      ...(certificate !== undefined && { ca: readPem(certificate) }),
      ...(clientCertificate !== undefined && { cert: readPem(clientCertificate) }),
      ...(clientKey !== undefined && { key: readPem(clientKey) }),
    },
  };
}

/** The receiver as it may be shown: its origin, or the file that names it. */
export function showTarget({ endpoint }: OtlpSettings): string {
  return "file" in endpoint ? `the address in ${endpoint.file}` : (URL.parse(endpoint.value)?.origin ?? "?");
}

function resolveUrl({ endpoint, appendPath }: OtlpSettings): URL {
  const url = URL.parse(readSecret(endpoint));
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    const place = "file" in endpoint ? `the address in ${endpoint.file}` : "the endpoint";
    throw new Error(`${place} is not a URL that begins with http:// or https://`);
  }
  if (appendPath && !/\/traces\/?$/.test(url.pathname)) url.pathname = `${url.pathname.replace(/\/$/, "")}/v1/traces`;
  return url;
}

function resolveHeaders(source: HeaderSource): Readonly<Record<string, string>> {
  if ("name" in source) return { [source.name.toLowerCase()]: checkHeader(source.name, readSecret(source.value)) };
  const place = "file" in source.pairs ? source.pairs.file : "the headers";
  const pairs = readSecret(source.pairs)
    .split(/[,\n]/)
    .map((pair) => pair.trim())
    .filter((pair) => pair !== "");
  return Object.fromEntries(
    pairs.map((pair, index) => {
      const split = pair.indexOf("=");
      const name = pair.slice(0, split).trim().toLowerCase();
      if (split < 1 || !isToken(name)) throw new Error(`${place}: entry ${index + 1} is not name=value`);
      return [name, checkHeader(name, decode(pair.slice(split + 1).trim()))];
    }),
  );
}

function checkHeader(name: string, value: string): string {
  if (isToken(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return value;
  throw new Error(`header ${JSON.stringify(name)} holds characters that HTTP does not allow`);
}

function isToken(name: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9a-z-]+$/i.test(name);
}

/** Values are percent-encoded, as in W3C Baggage; a token with a bare percent sign is taken as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function readPem(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    throw new Error(`cannot read ${path}: ${code}`);
  }
}
