import { z } from "zod";
import { duration, grammar, hostname, name, port, secret, size, text, urlPath } from "../../inventory/values.ts";
import { parseIp } from "../../model/ip.ts";

const serverName = grammar(
  /^(?=.{1,253}$)(_|(\*\.)?[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?)*)$/,
  "a host name, *.DOMAIN or _",
  ["api.example.org"],
).meta({ description: "name that clients ask for; _ answers where no other site of the address does" });

const datePattern = /^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$/;
const date = grammar(datePattern, "a date", ["2027-06-30"]).refine(
  (value) => {
    if (!datePattern.test(value)) return true;
    const parsed = new Date(`${value}T00:00:00Z`);
    return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(value);
  },
  { message: "is not a day of the calendar" },
);

export const httpMethods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "REPORT"] as const;

const exclusion = z
  .strictObject({
    rule: z.int().min(1).max(9_999_999).meta({ description: "id of the rule in the Core Rule Set" }),
    path: urlPath
      .default("/")
      .meta({ description: "this path and everything below it; every path unless it is named" }),
    reason: text("why the rule is wrong here"),
    until: date
      .optional()
      .meta({ description: "last day; WafRuleExclusionExpired reminds afterwards", examples: ["2027-06-30"] }),
  })
  .meta({ description: "a rule that is switched off on some paths" });

const activeWaf = z.strictObject({
  mode: z.enum(["block", "detect"]).default("block").meta({ description: "refuse attacks, or only log them" }),
  allowed_methods: z
    .array(z.enum(httpMethods))
    .min(1)
    .default(["GET", "HEAD", "POST", "OPTIONS"])
    .meta({ description: "other HTTP methods are refused; a REST back end needs PUT, PATCH and DELETE here" }),
  exclusions: z.array(exclusion).default([]),
  inspected_body: size.default("128KB").meta({
    description:
      "largest request body, files left out, that is looked through; a larger one is refused, because a worker does nothing else meanwhile",
  }),
});

const waf = z
  .union([z.literal("off"), activeWaf])
  .meta({ description: "web application firewall (ModSecurity with the OWASP Core Rule Set), or off" });

const upstreamTls = z
  .union([
    z.boolean(),
    z.strictObject({
      server_name: hostname.optional().meta({
        description:
          "the name that is asked for and that the certificate has to be for; needed unless external has exactly one",
        examples: ["api.example.org"],
      }),
      ca: secret.optional().meta({
        description: "the CA behind the certificate, by reference, where it is not one of the system's own",
        examples: [{ host_file: "/etc/ssl/partner-ca.crt" }],
      }),
    }),
  ])
  .meta({
    description:
      "true, false, or a map with server_name and ca: HTTPS to the service, whose certificate is verified; needed where it listens on 443",
  });

const route = z
  .strictObject({
    path: urlPath.meta({ description: "this path and everything below it go to the service", examples: ["/", "/api"] }),
    to: name.meta({ description: "the service that answers" }),
    upstream_tls: upstreamTls.optional(),
    websocket: z.boolean().default(false).meta({ description: "lets clients upgrade the connection" }),
    waf: waf.optional(),
    strip_prefix: z.boolean().default(false).meta({ description: "the service does not see the path's beginning" }),
    balancing: z
      .enum(["round_robin", "least_conn", "ip_hash"])
      .default("least_conn")
      .meta({ description: "how an instance is chosen; ip_hash knows no backup instances" }),
    timeouts: z
      .strictObject({
        connect: duration.default("2s"),
        read: duration.optional().meta({ description: "60s, or 1h for a websocket" }),
        send: duration.optional().meta({ description: "60s, or 1h for a websocket" }),
      })
      .prefault({}),
    retries: z
      .int()
      .min(0)
      .max(10)
      .default(2)
      .meta({ description: "further instances that are tried; never after a POST was sent" }),
  })
  .meta({ description: "which service answers which paths" });

const site = z
  .strictObject({
    server_name: z.union([serverName, z.array(serverName).min(1)]),
    virtual_ip: name.optional().meta({ description: "where it listens; needed where the service has several" }),
    listen: port.optional().meta({ description: "80, or 443 with tls" }),
    redirect_http: z.boolean().default(false).meta({ description: "port 80 sends clients to this site; needs tls" }),
    tls: z.strictObject({ certificate: secret, key: secret }).optional(),
    waf: waf.optional(),
    routes: z.array(route).min(1),
  })
  .meta({ description: "one virtual server" });

const written = z.strictObject({
  worker_processes: z
    .union([z.literal("auto"), z.int().min(1).max(512)])
    .default("auto")
    .meta({ description: "one per core, or a number" }),
  worker_connections: z.int().min(64).max(1_048_576).default(8192).meta({
    description: "connections of one worker, to clients and to services together",
  }),
  worker_rlimit_nofile: z.int().min(128).max(1_048_576).default(65_535).meta({
    description: "open files of one worker; more than worker_connections",
  }),
  worker_shutdown_timeout: duration
    .default("30s")
    .meta({ description: "how long old workers may finish requests after a reload" }),
  keepalive_timeout: duration.default("65s").meta({ description: "how long an idle client connection stays open" }),
  upstream_keepalive: z.int().min(0).max(10_000).default(64).meta({
    description: "idle connections to a service that each worker keeps",
  }),
  client_max_body_size: size.default("10MB").meta({ description: "larger request bodies are refused with 413" }),
  gzip: z.boolean().default(true).meta({ description: "compresses text" }),
  status_port: port.default(9742).meta({ description: "stub_status for the exporter, on 127.0.0.1 only" }),
  waf: waf.default("off"),
  sites: z.array(site).default([]),
});

/**
 * What stands under `nginx:`. In the result every default is filled in: names are lists, each site has its port, and
 * sites and routes have the firewall of the level above unless they have their own (which replaces it as a whole).
 * Reading a result again gives the same.
 */
export const nginxSettings = written.transform((settings) => ({
  ...settings,
  sites: settings.sites.map((entry) => {
    const inherited = entry.waf ?? settings.waf;
    return {
      ...entry,
      server_name: typeof entry.server_name === "string" ? [entry.server_name] : entry.server_name,
      listen: entry.listen ?? (entry.tls === undefined ? 80 : 443),
      waf: inherited,
      routes: entry.routes.map((way) => {
        const patience = way.websocket ? "1h" : "60s";
        const { connect, read = patience, send = patience } = way.timeouts;
        return { ...way, waf: way.waf ?? inherited, timeouts: { connect, read, send } };
      }),
    };
  }),
}));

export type NginxSettings = z.output<typeof nginxSettings>;

const known = new WeakMap<object, NginxSettings>();

/** What the model holds as settings of a service of this kind. Read once: several targets print from it. */
export function nginxSettingsOf({ settings }: { readonly settings: unknown }): NginxSettings {
  const key = typeof settings === "object" && settings !== null ? settings : {};
  const read = known.get(key) ?? nginxSettings.parse(settings, { jitless: true });
  known.set(key, read);
  return read;
}
export type Site = NginxSettings["sites"][number];
export type Route = Site["routes"][number];
/** The firewall of a level: off, or what it does. */
export type Waf = z.output<typeof waf>;
/** The firewall where it is on. */
export type ActiveWaf = z.output<typeof activeWaf>;

/** True where at least one route of at least one site stands behind the firewall. */
export function usesWaf(settings: NginxSettings): boolean {
  return settings.sites.some((entry) => entry.routes.some((way) => way.waf !== "off"));
}

/**
 * The name that a balancer asks a service for by TLS, and that its certificate has to be for: as the route says, else the
 * name of what others run, where that is exactly one. Undefined for plain HTTP, and where nothing says it: an address is
 * no name, and no certificate is for the inventory's name of a host.
 */
export function tlsNameOf(
  { upstream_tls: asked }: Pick<Route, "upstream_tls">,
  { external }: { readonly external: readonly { readonly host: string }[] },
): string | undefined {
  if (asked === undefined || asked === false) return undefined;
  if (asked !== true && asked.server_name !== undefined) return asked.server_name;
  const [name, ...others] = new Set(external.map(({ host }) => host));
  return name === undefined || others.length > 0 || parseIp(name) !== undefined ? undefined : name;
}
