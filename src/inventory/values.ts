import { z } from "zod";
import { severities } from "../diagnostics/codes.ts";
import { nearest } from "../diagnostics/nearest.ts";
import { written } from "./issues-hints.ts";

/** What a name may look like: hosts, services, segments, virtual IPs, receivers, owners. */
export const namePattern = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/**
 * Characters that could end a string, a statement or a line in one of the generated formats, or hide text from a
 * reader. In fields with a grammar they make a value unsafe rather than merely wrong.
 */
const dangerous = /[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069"'`;{}$#\\<>|&!]/u;
const hidden = /[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** True where a value holds a character that could break out of a generated config. */
export function isUnsafe(value: string): boolean {
  return dangerous.test(value);
}

/**
 * A string with a grammar. Says `unsafe-value` for characters that break out of configs, else `invalid-value`. `nearly`
 * knows values that all but fit, and says it better.
 */
export function grammar(
  pattern: RegExp,
  what: string,
  examples: readonly string[],
  nearly?: (value: string) => { readonly message: string; readonly hint: string } | undefined,
): z.ZodType<string, string> {
  return z
    .string()
    .superRefine((value, context) => {
      if (pattern.test(value)) return;
      const near = nearly?.(value);
      if (near !== undefined) {
        const params = { code: "invalid-value", hint: near.hint };
        context.addIssue({ code: "custom", message: near.message, params });
        return;
      }
      context.addIssue({
        code: "custom",
        message: `is not ${what}`,
        params: {
          code: isUnsafe(value) ? "unsafe-value" : "invalid-value",
          hint: `write ${what}, for example ${written(examples[0] ?? "")}`,
        },
      });
    })
    .meta({ description: what, examples: [...examples], pattern: pattern.source });
}

/** Free text on one line, without control characters and without those that turn the direction of reading. */
export function text(what: string): z.ZodType<string, string> {
  return z
    .string()
    .min(1)
    .max(2000)
    .superRefine((value, context) => {
      if (!hidden.test(value)) return;
      context.addIssue({
        code: "custom",
        message: "has a line break, a control character or a character that turns the direction of reading",
        params: { code: "unsafe-value", hint: "write it as plain text on one line" },
      });
    })
    .meta({ description: what });
}

export const name = grammar(namePattern, "a name of lower-case letters, digits and inner hyphens", ["web-1"]);
export const port = z
  .int()
  .min(1)
  .max(65535)
  .meta({ description: "a TCP port", examples: [9100] });
/** Absolute path on a host: no `..`, no blanks, nothing that a config would have to quote. */
export const absolutePath = grammar(/^\/(?!.*(?:^|\/)\.\.(?:\/|$))[\w@%+=:,.~/-]*$/, "an absolute path without ..", [
  "/var/log/app.log",
]);
const urlPathPattern = /^\/[\w@%+=:,.~?/*()-]*$/;
/** Path of a URL. */
export const urlPath = grammar(urlPathPattern, "a URL path", ["/healthz"]);
/** Path of a scrape: Prometheus would ask for one with a query as for a file of that name. */
export const scrapePath = grammar(/^\/[\w@%+=:,.~*()/-]*$/, "a URL path without a query", ["/metrics"], (value) =>
  value.includes("?") && urlPathPattern.test(value)
    ? {
        message: "has a query, which Prometheus takes for a part of the path",
        hint: "write the path alone; what has to be asked with a query goes into extra.scrape_configs",
      }
    : undefined,
);
export const hostname = grammar(
  /^(?=.{1,253}$)[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?)*$/,
  "a host name",
  ["api.example.org"],
);
/** 1 to 65535, without leading zeros. */
const portDigits = "(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])";
const hostLabel = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
const hostPortPattern = new RegExp(`^(${hostLabel}(?:\\.${hostLabel})*\\.?|\\[[0-9A-Fa-f:.]+\\]):${portDigits}$`);
export const hostPort = grammar(hostPortPattern, "HOST:PORT", ["db.example.org:3306"], wrongPort(hostPortPattern));
const httpUrlPattern = new RegExp(
  `^https?:\\/\\/([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+\\])(:${portDigits})?(\\/[\\w@%+=:,.~?&/-]*)?$`,
);
export const httpUrl = grammar(
  httpUrlPattern,
  "an http or https URL without user, password or fragment",
  ["https://hooks.example.org/alerts"],
  wrongPort(httpUrlPattern),
);

/** What to say of a value whose port alone is wrong. */
function wrongPort(
  pattern: RegExp,
): (value: string) => { readonly message: string; readonly hint: string } | undefined {
  return (value) => {
    const found = /:([0-9]+)(?=\/|$)/.exec(value);
    if (found === null || !pattern.test(value.replace(found[0], ":1"))) return undefined;
    return {
      message: `has port ${found[1]}, which is not a number from 1 to 65535`,
      hint: "write a port from 1 to 65535",
    };
  };
}

export const email = grammar(/^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+$/, "a mail address", ["ops@example.org"]);
export const identifier = grammar(/^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/, "an identifier", ["exporter"]);
/** In quotes, because YAML reads `2.40` as the number 2.4. */
export const versionNumber = grammar(/^[0-9]+(\.[0-9]+){0,3}(-[A-Za-z0-9.]+)?$/, "a version number", ["2.42"]).meta({
  description: "a version number in quotes",
});

const durationPattern = /^([0-9]+y)?([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$/;

/** A Prometheus duration, kept as it is written; `model/units.ts` turns it into milliseconds. */
export const duration = grammar(new RegExp(`^(?=.)(?!0$)${durationPattern.source.slice(1)}`), "a duration", [
  "15s",
  "1h30m",
]);
export const size = grammar(/^[0-9]+(B|KB|MB|GB|TB|KiB|MiB|GiB|TiB)$/, "a size", ["512MB"]);

/** A ratio: `0.15` or `25%`; becomes a number from 0 to 1. */
export const ratio = z
  .union([
    z.number().min(0).max(1),
    grammar(/^(100(\.0+)?|[0-9]{1,2}(\.[0-9]+)?)%$/, "a ratio from 0% to 100%", ["25%", "0.25"]),
  ])
  .transform((value) =>
    typeof value === "number" ? value : Number((Number(value.slice(0, -1)) / 100).toPrecision(12)),
  )
  .meta({ description: "a ratio, as 0.25 or 25%" });

const references = [
  z.strictObject({
    env: grammar(/^[A-Za-z_][A-Za-z0-9_]*$/, "the name of an environment variable", ["SMTP_PASSWORD"]),
  }),
  z.strictObject({ file: grammar(/^[\w@%+=:,.~/-]+$/, "a path", ["secrets/smtp"]) }),
  z.strictObject({ host_file: absolutePath }),
] as const;

/** A secret by reference. A literal is refused and never repeated in a message. */
export const secret = z
  .union(references, {
    error: (issue) => (typeof issue.input === "object" && issue.input !== null ? undefined : "literal-secret"),
  })
  .transform((value) => {
    if ("env" in value) return { from: "env", name: value.env } as const;
    if ("file" in value) return { from: "file", path: value.file } as const;
    return { from: "host_file", path: value.host_file } as const;
  })
  .meta({ description: "a secret by reference: { env: NAME }, { file: PATH } or { host_file: PATH }" });

/** Label names that targets or rules already have. */
export const reservedLabels: readonly string[] = [
  "job",
  "instance",
  "service",
  "host",
  "kind",
  "owner",
  "platform",
  "environment",
  "replica",
  "severity",
  "alertname",
  "le",
  "quantile",
];

const labelPattern = new RegExp(`^(?!__)(?!(?:${reservedLabels.join("|")})$)[A-Za-z_][A-Za-z0-9_]{0,127}$`);

const labelName = z
  .string()
  .superRefine((value, context) => {
    if (labelPattern.test(value)) return;
    const isReserved = reservedLabels.includes(value) || value.startsWith("__");
    context.addIssue({
      code: "custom",
      message: isReserved ? "is reserved" : "is not a label name",
      params: isReserved
        ? { code: "invalid-value", hint: "choose another name; this one is set by Stackwright or Prometheus" }
        : {
            code: isUnsafe(value) ? "unsafe-value" : "invalid-value",
            hint: "write letters, digits and underscores, for example rack",
          },
    });
  })
  .meta({ description: "a label name that is not reserved", examples: ["rack"], pattern: labelPattern.source });

export const labels = z
  .record(labelName, text("a label value"))
  .meta({ description: "own labels; they reach every series" });

export const alertName = grammar(/^[A-Z][A-Za-z0-9]{1,127}$/, "the name of an alert", [
  "NodeFilesystemAlmostOutOfSpace",
]);

const ipv4 = "(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(?:\\.(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])){3}";
const ipv6 = "(?=[0-9A-Fa-f:.]*:)[0-9A-Fa-f:.]{2,45}";
export const address = grammar(new RegExp(`^(${ipv4}|${ipv6})$`), "an IPv4 or IPv6 address", ["192.0.2.10"]);
export const addressWithPrefix = grammar(
  new RegExp(`^(${ipv4}|${ipv6})/[0-9]{1,3}$`),
  "an address with its prefix length",
  ["192.0.2.100/24"],
);
export const cidr = grammar(new RegExp(`^(${ipv4}|${ipv6})/[0-9]{1,3}$`), "a network in CIDR form", ["192.0.2.0/24"]);

const warnings: readonly string[] = Object.entries(severities).flatMap(([code, severity]) =>
  severity === "warning" ? [code] : [],
);

/** Code of a warning. Errors cannot be accepted, and what is misspelt would accept nothing. */
const warningCode = z
  .string()
  .superRefine((code, context) => {
    if (warnings.includes(code)) return;
    const refuse = (message: string, hint: string): void =>
      context.addIssue({ code: "custom", message, params: { code: "invalid-value", hint } });
    if (Object.hasOwn(severities, code))
      return refuse("is an error, and only warnings can be accepted", `remove ${code}, and mend what it tells of`);
    const near = nearest(code, warnings);
    refuse(
      "is no code of a warning",
      near === undefined ? `remove it; what can be accepted: ${warnings.join(", ")}` : `write ${near}`,
    );
  })
  .meta({ description: "code of a warning", examples: ["single-point-of-failure"], enum: [...warnings] });

/** Warnings that are known and meant: problem code → reason. */
export const accept = z
  .record(warningCode, text("the reason"))
  .default({})
  .meta({ description: "warnings that are accepted here: code → reason" });
