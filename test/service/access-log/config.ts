import type { AccessLogConfig } from "../../../src/service/access-log/config.ts";
import { accessLogFields } from "../../../src/signals/access-log.ts";

/** A balancer with two sites, one of which only looks on. */
export const config: AccessLogConfig = {
  generated_by: "test",
  inventory: [],
  listen: ["127.0.0.1:0"],
  state: "/nowhere/access-log.state",
  access_log: "/nowhere/access.log",
  audit_log: "/nowhere/audit.json",
  nginx: { pid: "/nowhere/nginx.pid", config: "/nowhere/nginx.conf", worker_connections: 1024 },
  timezone: "Asia/Shanghai",
  buckets: [0.1, 1],
  sites: [
    {
      server_name: ["shop.example.org", "*.shop.example.org"],
      routes: [
        { path: "/", upstream: "app", waf: "block" },
        { path: "/ws", upstream: "app", waf: "off" },
      ],
    },
    { server_name: ["watch.example.org"], routes: [{ path: "/", upstream: "cloud", waf: "detect" }] },
  ],
  upstreams: {
    app: { "192.0.2.21:3000": "app1:3000", "[2001:DB8::0:22]:3000": "app2:3000" },
    cloud: { "api.cloud.example:443": "api.cloud.example:443" },
  },
  exclusions: [{ rule: 942100, path: "/search", until: "2027-06-30" }],
};

/** A line of the access log as nginx writes it, without its line feed. */
export function accessLine(values: Readonly<Record<string, string>> = {}): string {
  const usual: Readonly<Record<string, string>> = {
    "@timestamp": "2026-11-21T10:00:00+08:00",
    "http.request.id": "a".repeat(32),
    "client.ip": "203.0.113.9",
    "user_agent.original": 'a "quoted" \\ agent',
    "http.response.status_code": "200",
    "http.response.body.bytes": "100",
    "event.duration_seconds": "0.050",
    "nginx.server_name": "shop.example.org",
    "nginx.route": "/",
    "nginx.upstream.service": "app",
    "nginx.upstream.address": "192.0.2.21:3000",
    "nginx.upstream.status": "200",
    "nginx.upstream.response_time": "0.040",
    ...values,
  };
  const pairs = accessLogFields("edge").map(({ key, isText }) => {
    const text = usual[key] ?? (isText ? "" : "0");
    return `${JSON.stringify(key)}:${isText ? JSON.stringify(text) : text}`;
  });
  return `{${pairs.join(",")}}`;
}

/** A record of the audit log, as libmodsecurity 3.0.9 writes its parts A, H and Z. */
export function auditRecord(about: {
  readonly request?: string;
  readonly client?: string;
  readonly time?: string;
  readonly code?: number;
  readonly engine?: string;
  readonly rules: readonly string[];
}): string {
  return JSON.stringify({
    transaction: {
      client_ip: about.client ?? "203.0.113.9",
      time_stamp: about.time ?? "Sat Nov 21 10:00:01 2026",
      server_id: "2ce124b0c5d02b433a9392782ff8b313286c1942",
      client_port: 41_526,
      host_ip: "127.0.0.1",
      host_port: 80,
      unique_id: about.request ?? "a".repeat(32),
      request: { method: "GET", http_version: 1.1, uri: "/?q=1" },
      response: { body: "", http_code: about.code ?? 403 },
      producer: { modsecurity: "ModSecurity v3.0.9 (Linux)", secrules_engine: about.engine ?? "Enabled" },
      messages: about.rules.map((ruleId) => ({ message: "text", details: { match: "text", ruleId, severity: "2" } })),
    },
  });
}
