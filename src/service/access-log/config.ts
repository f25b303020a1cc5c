import { readFileSync } from "node:fs";
import { z } from "zod";

const hostPort = z.string().regex(/^(\[[0-9A-Fa-f:.]+\]|[^:[\]]*):[0-9]{1,5}$/, "is not HOST:PORT");
const path = z.string().startsWith("/", "is not an absolute path");

const schema = z.strictObject({
  generated_by: z.string(),
  inventory: z.array(z.string()),
  listen: z.array(hostPort).min(1),
  state: path,
  access_log: path,
  /** Only with the firewall. */
  audit_log: path.optional(),
  nginx: z.strictObject({
    pid: path,
    config: path,
    worker_connections: z.int().min(1),
  }),
  /** Time zone in which the last day of an exclusion ends. */
  timezone: z.string(),
  /** Upper bounds of the histograms in seconds, ascending. */
  buckets: z.array(z.number().positive()).min(1),
  sites: z.array(
    z.strictObject({
      server_name: z.array(z.string()).min(1),
      routes: z.array(
        z.strictObject({ path: z.string(), upstream: z.string(), waf: z.enum(["off", "detect", "block"]) }),
      ),
    }),
  ),
  /** Service → address that nginx connects to → HOST:PORT of the inventory. */
  upstreams: z.record(z.string(), z.record(z.string(), z.string())),
  exclusions: z.array(z.strictObject({ rule: z.int(), path: z.string(), until: z.iso.date() })),
});

/** What the exporter has to know, as `generate` prints it for a balancer. */
export type AccessLogConfig = z.output<typeof schema>;

/** The config cannot be used; the message says why and what to do. */
export class ConfigError extends Error {}

/** Reads `/etc/stackwright/access-log.json`. Throws a `ConfigError`, or what the file system throws. */
export function readAccessLogConfig(file: string): AccessLogConfig {
  return parseAccessLogConfig(readFileSync(file, "utf8"), file);
}

/** The same of its text. */
export function parseAccessLogConfig(text: string, file: string): AccessLogConfig {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`${file} is not JSON (${error instanceof Error ? error.message : ""}); ${fix}`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path: keys, message }) => `  ${keys.join(".") || "the whole"}: ${message}`);
  throw new ConfigError(`${file} is not what this version reads:\n${wrong.join("\n")}\n${fix}`);
}

const fix = "write it again with stackwright generate, of the same version as this one, and bring it to this host";
