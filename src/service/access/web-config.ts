import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { createSecureContext, type TlsOptions } from "node:tls";
import type { Path } from "../../diagnostics/path.ts";
import { type Diagnostic, type Problem, problem } from "../../diagnostics/problem.ts";
import { renderLine } from "../../diagnostics/render.ts";
import { problemsOf } from "../../inventory/issues.ts";
import { locate, locateFlaws } from "../../inventory/locate.ts";
import { readInventory } from "../../inventory/read.ts";
import { fileErrorText } from "../../io/file-error.ts";
import { ciphers, curves, tlsVersions, type WebConfig, webConfigSchema } from "./web-config-schema.ts";

/** What a web config file asks for, with its files read. */
export interface WebRules {
  /** Undefined where the service speaks plain HTTP. */
  readonly tls: TlsRules | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** User name → bcrypt hash. */
  readonly users: ReadonlyMap<string, string>;
  /** Every file that was read, the config first. */
  readonly files: readonly string[];
}

export interface TlsRules {
  readonly options: TlsOptions;
  /** Nobody gets in without a certificate that the client CA signed. */
  readonly provesClients: boolean;
  /** A certificate must be there, whoever signed it. */
  readonly wantsAnyClient: boolean;
  /** Names of which a client's certificate must have one; undefined where all are welcome. */
  readonly allowedSans: readonly string[] | undefined;
}

/** A web config file that cannot be used; each line has the place, what is wrong and what to do. */
export class WebConfigError extends Error {
  override readonly name = "WebConfigError";
}

/** Reads a web config file and the files that it names, relative to its folder. Rejects with `WebConfigError`. */
export async function readWebConfig(file: string): Promise<WebRules> {
  const reading = readInventory(await contentOf(file));
  if (!reading.ok) throw refusal(locateFlaws(reading.text, reading.flaws, file));
  // An empty file is a config without anything, as for the exporter toolkit.
  const value = reading.value ?? {};
  const parsed = webConfigSchema.safeParse(value);
  const problems = parsed.success
    ? contradictions(parsed.data)
    : problemsOf(parsed.error.issues, value, { schema: webConfigSchema });
  if (problems.length > 0 || !parsed.success) throw refusal(await locate(reading.text, problems, file));
  const config = parsed.data;
  const tls = config.tls_server_config;
  const refuse = async (path: Path, message: string, hint: string): Promise<never> => {
    throw refusal(await locate(reading.text, [problem("invalid-value", path, message, { hint })], file));
  };
  const headers = Object.entries(config.http_server_config?.headers ?? {}).filter(
    (pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== "",
  );
  const users = new Map(Object.entries(config.basic_auth_users ?? {}));
  if (tls === undefined) return { tls: undefined, headers: Object.fromEntries(headers), users, files: [file] };
  const paths = {
    cert: resolve(dirname(file), tls.cert_file),
    key: resolve(dirname(file), tls.key_file),
    ca: tls.client_ca_file === undefined ? undefined : resolve(dirname(file), tls.client_ca_file),
  };
  const read = async (path: string, key: string): Promise<Buffer> =>
    contentOf(path).catch((error: Error) =>
      refuse(["tls_server_config", key], error.message, "write the path of a PEM file"),
    );
  const options = tlsOptions(tls, {
    cert: await read(paths.cert, "cert_file"),
    key: await read(paths.key, "key_file"),
    ca: paths.ca === undefined ? undefined : await read(paths.ca, "client_ca_file"),
  });
  if (options.ca !== undefined && !isCertificate(options.ca))
    await refuse(
      ["tls_server_config", "client_ca_file"],
      `${paths.ca} is not a certificate`,
      "write the path of a PEM file",
    );
  try {
    createSecureContext(options);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    await refuse(
      ["tls_server_config", "cert_file"],
      `${paths.cert} and ${paths.key} cannot be used: ${reason}`,
      "name a certificate and its own key, both PEM, the key without a passphrase",
    );
  }
  return {
    tls: {
      options,
      provesClients: tls.client_auth_type === "RequireAndVerifyClientCert",
      wantsAnyClient: tls.client_auth_type === "RequireAnyClientCert",
      allowedSans: tls.client_allowed_sans,
    },
    headers: Object.fromEntries(headers),
    users,
    files: [file, paths.cert, paths.key, ...(paths.ca === undefined ? [] : [paths.ca])],
  };
}

type Tls = NonNullable<WebConfig["tls_server_config"]>;

function contradictions({ tls_server_config: tls }: WebConfig): readonly Problem[] {
  if (tls === undefined) return [];
  const at = (key: string): Path => ["tls_server_config", key];
  const verifies = tls.client_auth_type.includes("Verify");
  const found: Problem[] = [];
  if (verifies && tls.client_ca_file === undefined)
    found.push(
      problem("missing-key", at("client_auth_type"), `${tls.client_auth_type} needs a client_ca_file`, {
        hint: "add client_ca_file with the CA of the clients",
      }),
    );
  if (!verifies && tls.client_ca_file !== undefined)
    found.push(
      problem("invalid-value", at("client_ca_file"), `client_ca_file is not used with ${tls.client_auth_type}`, {
        hint: "write client_auth_type: RequireAndVerifyClientCert, or take client_ca_file out",
      }),
    );
  if (tls.min_version > tls.max_version)
    found.push(
      problem(
        "invalid-value",
        at("min_version"),
        `min_version ${tls.min_version} is above max_version ${tls.max_version}`,
        {
          hint: `write ${tls.max_version}`,
        },
      ),
    );
  return found;
}

function tlsOptions(
  tls: Tls,
  files: { readonly cert: Buffer; readonly key: Buffer; readonly ca: Buffer | undefined },
): TlsOptions {
  const { cert, key, ca } = files;
  return {
    cert,
    key,
    minVersion: tlsVersions[tls.min_version],
    maxVersion: tlsVersions[tls.max_version],
    honorCipherOrder: tls.prefer_server_cipher_suites,
    requestCert: tls.client_auth_type !== "NoClientCert",
    // "IfGiven" is decided when the handshake is done: Node knows only all or nothing.
    rejectUnauthorized: tls.client_auth_type === "RequireAndVerifyClientCert",
    ALPNProtocols: ["http/1.1"],
    ...(ca === undefined ? {} : { ca }),
    ...(tls.cipher_suites === undefined
      ? {}
      : { ciphers: tls.cipher_suites.map((name) => ciphers[name] ?? "").join(":") }),
    ...(tls.curve_preferences === undefined
      ? {}
      : { ecdhCurve: tls.curve_preferences.map((name) => curves[name]).join(":") }),
  };
}

function isCertificate(pem: NonNullable<TlsOptions["ca"]>): boolean {
  try {
    return Buffer.isBuffer(pem) && new X509Certificate(pem).ca;
  } catch {
    return false;
  }
}

async function contentOf(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new WebConfigError(fileErrorText(error, file));
  }
}

/** The same reader and the same words as for an inventory, but it is none. */
function refusal(diagnostics: readonly Diagnostic[]): WebConfigError {
  return new WebConfigError(
    diagnostics.map((each) => renderLine(each).replaceAll("the inventory", "the web config file")).join("\n"),
  );
}
