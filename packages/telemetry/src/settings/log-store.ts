import { resolve } from "node:path";
import { type Environment, readEnvironment } from "./environment.ts";
import type { SettingProblem } from "./problem.ts";

/** The Elasticsearch that takes log records. It holds no secret, only the paths of files with them. */
export interface LogStoreSettings {
  /** Nodes of one cluster, without credentials. */
  readonly urls: readonly string[];
  readonly dataStream: string;
  readonly username: string | undefined;
  readonly passwordFile: string | undefined;
  readonly apiKeyFile: string | undefined;
  readonly caFile: string | undefined;
}

export interface LogStoreOptions {
  /** Elasticsearch nodes, `http://` or `https://`. Environment: `TELEMETRY_LOG_ELASTICSEARCH_URLS`, parted by commas. */
  readonly urls?: readonly string[];
  /** Default: `logs-nodejs.app-default`. Environment: `TELEMETRY_LOG_DATA_STREAM`. */
  readonly dataStream?: string;
  /** Environment: `TELEMETRY_LOG_ELASTICSEARCH_USERNAME`. */
  readonly username?: string;
  /** File with the password and nothing else, read again when it changes. Environment: `TELEMETRY_LOG_ELASTICSEARCH_PASSWORD_FILE`. */
  readonly passwordFile?: string;
  /** File with the encoded API key and nothing else; wins over the user. Environment: `TELEMETRY_LOG_ELASTICSEARCH_API_KEY_FILE`. */
  readonly apiKeyFile?: string;
  /** PEM file with the certificate authority of `https://` nodes. Environment: `TELEMETRY_LOG_ELASTICSEARCH_CA_FILE`. */
  readonly caFile?: string;
}

const defaultDataStream = "logs-nodejs.app-default";

export function readLogStoreSettings(
  options: LogStoreOptions,
  env: Environment,
): { readonly settings: LogStoreSettings; readonly problems: readonly SettingProblem[] } {
  const problems: SettingProblem[] = [];
  const { text, list } = readEnvironment(env, problems);
  const path = (name: string, option: string | undefined): string | undefined => {
    const found = text(name) ?? option;
    return found === undefined ? undefined : resolve(found);
  };
  const urls = list("TELEMETRY_LOG_ELASTICSEARCH_URLS") ?? options.urls ?? [];
  const username = text("TELEMETRY_LOG_ELASTICSEARCH_USERNAME") ?? options.username;
  const passwordFile = path("TELEMETRY_LOG_ELASTICSEARCH_PASSWORD_FILE", options.passwordFile);
  const apiKeyFile = path("TELEMETRY_LOG_ELASTICSEARCH_API_KEY_FILE", options.apiKeyFile);
  if ((username === undefined) !== (passwordFile === undefined) && apiKeyFile === undefined)
    problems.push({
      setting:
        username === undefined ? "TELEMETRY_LOG_ELASTICSEARCH_USERNAME" : "TELEMETRY_LOG_ELASTICSEARCH_PASSWORD_FILE",
      message: "is missing; a user needs both a name and a file with the password; requests go without credentials",
    });
  return {
    settings: {
      urls: urls.flatMap((url) => readUrl(url, problems) ?? []),
      dataStream: readDataStream(text("TELEMETRY_LOG_DATA_STREAM") ?? options.dataStream, problems),
      username: passwordFile === undefined ? undefined : username,
      passwordFile: username === undefined ? undefined : passwordFile,
      apiKeyFile,
      caFile: path("TELEMETRY_LOG_ELASTICSEARCH_CA_FILE", options.caFile),
    },
    problems,
  };
}

function readUrl(given: string, problems: SettingProblem[]): string | undefined {
  const setting = "TELEMETRY_LOG_ELASTICSEARCH_URLS";
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined || !(url.protocol === "http:" || url.protocol === "https:")) {
    // What is no address may well hold a password: it is not repeated.
    problems.push({ setting, message: "has an entry that is no http:// or https:// address; the entry is ignored" });
    return undefined;
  }
  if (url.username !== "" || url.password !== "")
    problems.push({
      setting,
      message: `has credentials in the address of ${url.host}; they are ignored; fix: set TELEMETRY_LOG_ELASTICSEARCH_USERNAME and TELEMETRY_LOG_ELASTICSEARCH_PASSWORD_FILE, or TELEMETRY_LOG_ELASTICSEARCH_API_KEY_FILE`,
    });
  return `${url.origin}${url.pathname.replace(/\/$/, "")}`;
}

/** https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-indices-create-data-stream */
function readDataStream(given: string | undefined, problems: SettingProblem[]): string {
  if (given === undefined) return defaultDataStream;
  const isName = /^(?![-_+.])[^A-Z\s\\/*?"<>|,#:]+$/.test(given) && Buffer.byteLength(given) <= 255;
  if (isName) return given;
  problems.push({
    setting: "TELEMETRY_LOG_DATA_STREAM",
    message: `is ${JSON.stringify(given.slice(0, 60))}; it takes a name in small letters like logs-nodejs.app-production, without blanks, \\ / * ? " < > | , # : and not beginning with - _ + . ; ${defaultDataStream} is used`,
  });
  return defaultDataStream;
}
