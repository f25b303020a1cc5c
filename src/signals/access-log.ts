/** Where nginx writes a line for each request, on a balancer. */
export const accessLogFile = "/var/log/nginx/access.log";

/**
 * Where the firewall writes. ModSecurity goes on writing to a renamed file, even after a reload. So its name ends
 * differently: Debian's logrotate rule for `/var/log/nginx/*.log`, which renames, must not take it; ours copies.
 */
export const auditLogFile = "/var/log/nginx/modsec_audit.json";

/** One key of a line of the access log. */
export interface AccessLogField {
  /** ECS name, written with its dots: the objects are flat. */
  readonly key: string;
  /** nginx's format of the value: text with variables. */
  readonly value: string;
  /** False where nginx surely writes a JSON number. */
  readonly isText: boolean;
}

/** Variables of the generated config that stand in the access log and that nginx does not have itself. */
export const accessLogVariables = {
  /** 32 hexadecimal digits of a valid `traceparent`, else empty. */
  traceId: "$trace_id",
  /** Path as the client wrote it, without the query, which may hold secrets. */
  path: "$logged_path",
  /** Referrer without its query. */
  referrer: "$logged_referrer",
  /** Path of the route in the inventory; empty for redirects and what no route took. */
  route: "$route_path",
  /** Service of the route, or empty. */
  upstreamService: "$route_service",
} as const;

/**
 * A line of the access log of an nginx service, in this order: one JSON object. Of the upstream's values each is a list
 * as nginx writes it: separated by `, ` on a retry, by ` : ` at an internal redirect, `-` where nothing was asked.
 */
export function accessLogFields(service: string): readonly AccessLogField[] {
  const text = (key: string, value: string): AccessLogField => ({ key, value, isText: true });
  const number = (key: string, value: string): AccessLogField => ({ key, value, isText: false });
  return [
    text("@timestamp", "$time_iso8601"),
    text("ecs.version", "8.10.0"),
    text("event.dataset", "nginx.access"),
    text("service.name", service),
    text("trace.id", accessLogVariables.traceId),
    text("http.request.id", "$request_id"),
    text("http.request.method", "$request_method"),
    text("url.path", accessLogVariables.path),
    text("url.domain", "$host"),
    text("client.ip", "$remote_addr"),
    text("user_agent.original", "$http_user_agent"),
    text("http.request.referrer", accessLogVariables.referrer),
    text("http.version", "$server_protocol"),
    // An aborted connection has 000, which is no JSON number.
    text("http.response.status_code", "$status"),
    number("http.response.body.bytes", "$body_bytes_sent"),
    number("event.duration_seconds", "$request_time"),
    // The first name of the server block, which is that of the site; empty for unknown names.
    text("nginx.server_name", "$server_name"),
    text("nginx.route", accessLogVariables.route),
    text("nginx.upstream.service", accessLogVariables.upstreamService),
    text("nginx.upstream.address", "$upstream_addr"),
    text("nginx.upstream.status", "$upstream_status"),
    text("nginx.upstream.connect_time", "$upstream_connect_time"),
    text("nginx.upstream.header_time", "$upstream_header_time"),
    text("nginx.upstream.response_time", "$upstream_response_time"),
  ];
}
