import {
  block,
  directive,
  dollarDefinition,
  type NginxDirective,
  type NginxNode,
  nginxText,
} from "../../artifact/nginx-block.ts";
import { toServices, toUwsgi } from "./headers.ts";
import { logging } from "./logging.ts";
import type { NginxPlan } from "./plan.ts";
import { nginxSize, nginxTime } from "./values.ts";
import { mainRulesFile } from "./waf.ts";
import { settingSource } from "./written.ts";

/** What nginx.conf holds around the upstreams, sites and the status server, which are files of their own. */
export function printMain(plan: NginxPlan, includes: readonly string[], isDollarNeeded: boolean): readonly NginxNode[] {
  const { settings, source, host } = plan;
  const isRedHat = host.os === "rhel-9";
  return [
    directive("user", isRedHat ? "nginx" : "www-data"),
    directive("pid", "/run/nginx.pid"),
    directive("error_log", "/var/log/nginx/error.log", "warn"),
    setting(directive("worker_processes", settings.worker_processes), plan, "worker_processes"),
    setting(directive("worker_rlimit_nofile", settings.worker_rlimit_nofile), plan, "worker_rlimit_nofile"),
    setting(
      directive("worker_shutdown_timeout", nginxTime(settings.worker_shutdown_timeout)),
      plan,
      "worker_shutdown_timeout",
    ),
    directive("pcre_jit", "on"),
    // Where the packages of nginx's modules say how they are loaded.
    directive("include", isRedHat ? "/usr/share/nginx/modules/*.conf" : "/etc/nginx/modules-enabled/*.conf"),
    "",
    block(
      "events",
      [],
      [setting(directive("worker_connections", settings.worker_connections), plan, "worker_connections")],
    ),
    "",
    block(
      "http",
      [],
      [
        ...basics(plan),
        "",
        ...logging(plan),
        "",
        ...toServices(plan.sites.some(({ routes }) => routes.some(({ tls }) => tls?.host !== undefined))),
        ...(plan.upstreams.some(({ protocol }) => protocol === "uwsgi") ? ["" as const, ...toUwsgi()] : []),
        ...(plan.listeners.ports.some(({ tls }) => tls) ? ["" as const, ...tls()] : []),
        ...(settings.gzip ? ["" as const, ...gzip(plan)] : []),
        ...(plan.usesWaf ? ["" as const, ...firewall()] : []),
        ...(isDollarNeeded ? ["" as const, dollarDefinition] : []),
        "",
        ...includes.map((path) => directive("include", path)),
      ],
      { source },
    ),
  ];
}

function setting(
  node: NginxDirective,
  { settings, source }: NginxPlan,
  key: Parameters<typeof settingSource>[2],
): NginxDirective {
  return { ...node, source: settingSource(settings, source, key) };
}

function basics(plan: NginxPlan): readonly NginxNode[] {
  const { settings } = plan;
  const names = settings.sites.flatMap(({ server_name }) => server_name);
  return [
    directive("include", "/etc/nginx/mime.types"),
    directive("default_type", "application/octet-stream"),
    directive("server_tokens", "off"),
    directive("sendfile", "on"),
    directive("tcp_nopush", "on"),
    directive("absolute_redirect", "off"),
    directive("reset_timedout_connection", "on"),
    directive("client_header_timeout", "15s"),
    directive("client_body_timeout", "30s"),
    directive("send_timeout", "30s"),
    directive("large_client_header_buffers", 4, "16k"),
    setting(directive("keepalive_timeout", nginxTime(settings.keepalive_timeout)), plan, "keepalive_timeout"),
    setting(directive("client_max_body_size", nginxSize(settings.client_max_body_size)), plan, "client_max_body_size"),
    directive("server_names_hash_bucket_size", powerOfTwo(Math.max(...names.map((name) => name.length)) + 32, 128)),
    directive("server_names_hash_max_size", powerOfTwo(names.length * 4, 1024)),
  ];
}

function powerOfTwo(atLeast: number, smallest: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(atLeast, smallest)));
}

/** Mozilla's intermediate recommendation: every client of the last ten years, forward secrecy always. */
const ciphers = [
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-CHACHA20-POLY1305",
  "ECDHE-RSA-CHACHA20-POLY1305",
];

function tls(): readonly NginxNode[] {
  return [
    directive("ssl_protocols", "TLSv1.2", "TLSv1.3"),
    directive("ssl_ciphers", ciphers.join(":")),
    directive("ssl_prefer_server_ciphers", "off"),
    directive("ssl_session_cache", "shared:tls:10m"),
    directive("ssl_session_timeout", "1d"),
    directive("ssl_session_tickets", "off"),
  ];
}

const compressed = [
  "application/atom+xml",
  "application/javascript",
  "application/json",
  "application/manifest+json",
  "application/problem+json",
  "application/rss+xml",
  "application/vnd.ms-fontobject",
  "application/wasm",
  "application/xhtml+xml",
  "application/xml",
  "font/otf",
  "font/ttf",
  "image/svg+xml",
  "text/css",
  "text/javascript",
  "text/plain",
  "text/xml",
];

function gzip(plan: NginxPlan): readonly NginxNode[] {
  return [
    setting(directive("gzip", "on"), plan, "gzip"),
    directive("gzip_vary", "on"),
    directive("gzip_proxied", "any"),
    directive("gzip_comp_level", 4),
    directive("gzip_min_length", 1024),
    directive("gzip_types", ...compressed),
  ];
}

/** The rules are read here once and are off; locations switch them on. */
function firewall(): readonly NginxNode[] {
  return [
    directive("modsecurity_rules_file", mainRulesFile),
    directive("modsecurity_transaction_id", nginxText`$request_id`),
  ];
}
