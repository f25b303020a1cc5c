import { z } from "zod";

/** Names of versions in the exporter toolkit's format, and what Node calls them. */
export const tlsVersions = { TLS10: "TLSv1", TLS11: "TLSv1.1", TLS12: "TLSv1.2", TLS13: "TLSv1.3" } as const;

export const clientAuthTypes = [
  "NoClientCert",
  "RequestClientCert",
  "RequireAnyClientCert",
  "VerifyClientCertIfGiven",
  "RequireAndVerifyClientCert",
] as const;

const version = z.enum(["TLS10", "TLS11", "TLS12", "TLS13"]);
const file = z.string().min(1);

/** IANA's names of cipher suites, as Go has them, and OpenSSL's. TLS 1.3 has its own, which cannot be chosen. */
export const ciphers: Readonly<Record<string, string>> = {
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: "ECDHE-ECDSA-AES128-GCM-SHA256",
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: "ECDHE-RSA-AES128-GCM-SHA256",
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: "ECDHE-ECDSA-AES256-GCM-SHA384",
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: "ECDHE-RSA-AES256-GCM-SHA384",
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: "ECDHE-ECDSA-CHACHA20-POLY1305",
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: "ECDHE-RSA-CHACHA20-POLY1305",
  TLS_AES_128_GCM_SHA256: "TLS_AES_128_GCM_SHA256",
  TLS_AES_256_GCM_SHA384: "TLS_AES_256_GCM_SHA384",
  TLS_CHACHA20_POLY1305_SHA256: "TLS_CHACHA20_POLY1305_SHA256",
};

/** Go's names of curves, and OpenSSL's. */
export const curves = { CurveP256: "P-256", CurveP384: "P-384", CurveP521: "P-521", X25519: "X25519" } as const;

const header = z
  .string()
  .refine((text) => /^[\t\x20-\x7e]*$/.test(text), { message: "has a character that a header cannot have" });
const bcryptHash = /^\$2[aby]\$(?:0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/;

/**
 * The exporter toolkit's web config file, as Prometheus' exporters take it.
 * https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md
 */
export const webConfigSchema = z.strictObject({
  tls_server_config: z
    .strictObject({
      cert_file: file.meta({ examples: ["server.crt"] }),
      key_file: file.meta({ examples: ["server.key"] }),
      client_auth_type: z.enum(clientAuthTypes).default("NoClientCert"),
      client_ca_file: file.optional(),
      client_allowed_sans: z.array(z.string().min(1)).optional(),
      min_version: version.default("TLS12"),
      max_version: version.default("TLS13"),
      cipher_suites: z.array(z.enum(Object.keys(ciphers))).optional(),
      curve_preferences: z.array(z.enum(["CurveP256", "CurveP384", "CurveP521", "X25519"])).optional(),
      prefer_server_cipher_suites: z.boolean().default(true),
    })
    .optional(),
  http_server_config: z
    .strictObject({
      http2: z.boolean().default(true),
      headers: z
        .strictObject({
          "Content-Security-Policy": header.optional(),
          "X-Frame-Options": z.enum(["deny", "sameorigin", "DENY", "SAMEORIGIN", ""]).optional(),
          "X-Content-Type-Options": z.enum(["nosniff", ""]).optional(),
          "X-XSS-Protection": header.optional(),
          "Strict-Transport-Security": header.optional(),
        })
        .optional(),
    })
    .optional(),
  basic_auth_users: z
    .record(
      z.string().refine((name) => /^[^:]+$/.test(name), { message: "is not a user name: it has a colon, or nothing" }),
      z.string().refine((hash) => bcryptHash.test(hash), {
        message: "is not a bcrypt hash",
        params: { hint: "write what this prints behind the colon: htpasswd -nBC 10 USER" },
      }),
    )
    .optional(),
});

export type WebConfig = z.infer<typeof webConfigSchema>;
