import { readFileSync, statSync } from "node:fs";
import type { Reporter } from "../../reports/reporter.ts";
import type { DeliveryOptions } from "./options.ts";

/** The secrets of a delivery, read from their files again whenever these change. */
export interface Secrets {
  /** Header of the credentials; undefined where none are set. Throws what is wrong with the file, without its content. */
  authorization(): string | undefined;
  /** Certificate authority as PEM; undefined where none is set. */
  authority(): string | undefined;
  /** Replaces every secret that has been read in a text. */
  redact(text: string): string;
}

export function createSecrets(options: DeliveryOptions, reporter: Reporter): Secrets {
  const { username, passwordFile, apiKeyFile, caFile } = options;
  const apiKey = apiKeyFile === undefined ? undefined : watchedFile(apiKeyFile, reporter, isToken);
  const password = passwordFile === undefined ? undefined : watchedFile(passwordFile, reporter, isLine);
  const authority = caFile === undefined ? undefined : watchedFile(caFile, reporter, isCertificate);
  const basic = (secret: string): string => Buffer.from(`${username ?? ""}:${secret}`).toString("base64");
  return {
    authorization() {
      if (apiKey !== undefined) return `ApiKey ${apiKey.read()}`;
      return password === undefined ? undefined : `Basic ${basic(password.read())}`;
    },
    authority: () => authority?.read(),
    redact(text) {
      let result = text;
      for (const secret of [apiKey?.last(), password?.last()]) {
        if (secret === undefined || secret === "") continue;
        for (const form of [secret, basic(secret)]) result = result.replaceAll(form, "[secret]");
      }
      return result;
    },
  };
}

interface WatchedFile {
  read(): string;
  last(): string | undefined;
}

/** What a file has to hold, in words, where it does not. */
type Expectation = (content: string) => string | undefined;

const isToken: Expectation = (content) =>
  /^[\x21-\x7e]+$/.test(content) ? undefined : "has to hold the encoded API key and nothing else";
const isLine: Expectation = (content) =>
  content !== "" && !/[\r\n\0]/.test(content) ? undefined : "has to hold the password on one line and nothing else";
const isCertificate: Expectation = (content) =>
  content.includes("-----BEGIN CERTIFICATE-----") ? undefined : "has to hold a certificate as PEM";

/** A file that cannot be read for a moment, or is bad, leaves what was read before in force. */
function watchedFile(path: string, reporter: Reporter, complain: Expectation): WatchedFile {
  let version = "";
  let content: string | undefined;
  const key = `log-secret ${path}`;
  const load = (): void => {
    const { mtimeMs, size, ino } = statSync(path);
    const found = `${mtimeMs} ${size} ${ino}`;
    if (found === version) return;
    const text = readFileSync(path, "utf8").trim();
    const complaint = complain(text);
    if (complaint !== undefined) throw new Error(`${path} ${complaint}`);
    content = text;
    version = found;
    reporter.end(key, "file can be read again", { "file.path": path });
  };
  return {
    read() {
      try {
        load();
      } catch (error) {
        const reason = reasonOf(error, path);
        reporter.begin(key, "file that log delivery needs cannot be used", {
          "file.path": path,
          "error.message": reason,
          fix: "correct the file; it is read again by itself",
        });
        if (content === undefined) throw new Error(reason);
      }
      return content ?? "";
    },
    last: () => content,
  };
}

function reasonOf(error: unknown, path: string): string {
  if (!(error instanceof Error)) return `${path} cannot be read`;
  return "code" in error ? `${path} cannot be read: ${String(error.code)}` : error.message;
}
