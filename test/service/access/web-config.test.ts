import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findTool } from "../../../src/io/tools.ts";
import { readWebConfig } from "../../../src/service/access/web-config.ts";

const folder = mkdtempSync(join(tmpdir(), "web-config-test-"));
const file = join(folder, "web.yml");
const hash = "$2b$04$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy";

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function refusal(text: string): Promise<string> {
  writeFileSync(file, text);
  try {
    await readWebConfig(file);
  } catch (error) {
    return String(error instanceof Error ? error.message : error).replaceAll(folder, "");
  }
  throw new Error("it was taken");
}

describe("a web config file", () => {
  it("may be empty, and then asks for nothing", async () => {
    writeFileSync(file, "# nothing\n{}\n");
    expect(await readWebConfig(file)).toEqual({ tls: undefined, headers: {}, users: new Map(), files: [file] });
  });

  it("names users with their hashes, and headers", async () => {
    writeFileSync(
      file,
      `basic_auth_users: { prom: ${hash} }\nhttp_server_config: { headers: { X-Frame-Options: sameorigin, Content-Security-Policy: "" } }\n`,
    );
    const { users, headers } = await readWebConfig(file);
    expect([...users]).toEqual([["prom", hash]]);
    expect(headers).toEqual({ "X-Frame-Options": "sameorigin" });
  });

  it.each([
    ["basic_auth_user: {}", /^\/web.yml:1:1 error unknown-key: .*"basic_auth_user".*write basic_auth_users$/],
    ["a: 1\n  b: 2", /^\/web.yml:2:\d+ error yaml-syntax/],
    ["tls_server_config:\n  cert_file: a.pem", /^\/web.yml:1:1 error missing-key: tls_server_config has no key_file/],
    [
      "tls_server_config: { cert_file: a.pem, key_file: b.pem, client_auth_type: Always }",
      /client_auth_type.*RequireAndVerifyClientCert/s,
    ],
    [
      "tls_server_config: { cert_file: a.pem, key_file: b.pem, client_auth_type: RequireAndVerifyClientCert }",
      /RequireAndVerifyClientCert needs a client_ca_file; add client_ca_file/,
    ],
    [
      "tls_server_config: { cert_file: nope.pem, key_file: b.pem }",
      /^\/web.yml:1:\d+ error invalid-value: \/nope.pem is not there/,
    ],
    [
      "tls_server_config: { cert_file: web.yml, key_file: web.yml }",
      /\/web.yml and \/web.yml cannot be used: .*; name a certificate and its own key/,
    ],
    [
      "tls_server_config: { cert_file: a, key_file: b, min_version: TLS13, max_version: TLS12 }",
      /min_version TLS13 is above/,
    ],
  ])("is refused with its place: %s", async (text, words) => {
    expect(await refusal(text)).toMatch(words);
  });

  it("is refused where a password stands in it instead of a hash, and does not tell the password", async () => {
    const text = await refusal("basic_auth_users:\n  prom: hunter2-hunter2");
    expect(text).toMatch(/^\/web.yml:2:9 error/);
    expect(text).toContain("bcrypt");
    expect(text).not.toContain("hunter2");
  });

  it("never calls itself an inventory", async () => {
    for (const text of ["", "x: 1", "- a", "a: [", "tls_server_config: 3"]) {
      writeFileSync(file, text);
      const words = await readWebConfig(file).then(
        () => "",
        (error: Error) => error.message,
      );
      expect(words).not.toContain("inventory");
    }
  });
});

describe.skipIf(findTool("openssl") === undefined)("a web config file with a certificate", () => {
  beforeAll(() => {
    execFileSync(
      "openssl",
      [
        ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test".split(" "),
        ...["-keyout", join(folder, "key.pem"), "-out", join(folder, "cert.pem")],
      ],
      { stdio: "ignore" },
    );
  });

  it("is read with the files beside it", async () => {
    writeFileSync(
      file,
      "tls_server_config: { cert_file: cert.pem, key_file: key.pem, client_ca_file: cert.pem, client_auth_type: RequireAndVerifyClientCert, cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256], curve_preferences: [X25519] }",
    );
    const { tls, files } = await readWebConfig(file);
    expect(tls).toMatchObject({ provesClients: true, options: { minVersion: "TLSv1.2", rejectUnauthorized: true } });
    expect(files).toEqual([file, join(folder, "cert.pem"), join(folder, "key.pem"), join(folder, "cert.pem")]);
  });
});
