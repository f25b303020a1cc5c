import { directive, type NginxNode } from "../../artifact/nginx-block.ts";
import { map } from "./map.ts";

/** Set in the locations that let clients upgrade. */
export const websocketVariable = "$route_websocket";
const clientHost = "$client_host";
/** Set in the locations whose service answers to a name of its own only. */
export const upstreamHostVariable = "$upstream_host";
const passedHost = "$passed_host";

/** Headers that services get, by name; an empty one is not passed on. What a client claims about itself is replaced. */
const serviceHeaders: readonly (readonly [string, string])[] = [
  ["Host", clientHost],
  ["X-Real-IP", "$remote_addr"],
  ["X-Forwarded-For", "$remote_addr"],
  ["X-Forwarded-Proto", "$scheme"],
  ["X-Forwarded-Host", clientHost],
  ["X-Forwarded-Port", "$server_port"],
  ["X-Request-Id", "$request_id"],
  ["Forwarded", ""],
  ["Proxy", ""],
];

/** Set in the locations whose path is rewritten before it goes to uWSGI. */
export const strippedVariable = "$route_stripped";

/** What a WSGI application wants to know, headers included. */
const uwsgiParameters: readonly (readonly [string, string])[] = [
  ["QUERY_STRING", "$query_string"],
  ["REQUEST_METHOD", "$request_method"],
  ["CONTENT_TYPE", "$content_type"],
  ["CONTENT_LENGTH", "$content_length"],
  ["PATH_INFO", "$document_uri"],
  ["REQUEST_URI", "$passed_uri"],
  ["SERVER_PROTOCOL", "$server_protocol"],
  ["REQUEST_SCHEME", "$scheme"],
  ["REMOTE_ADDR", "$remote_addr"],
  ["REMOTE_PORT", "$remote_port"],
  ["SERVER_PORT", "$server_port"],
  ["SERVER_NAME", "$server_name"],
  ...serviceHeaders.map(([name, value]) => [`HTTP_${name.toUpperCase().replaceAll("-", "_")}`, value] as const),
];

/** What services are told, and what browsers are told for them; `isHostChosen` where a location sets the host. */
export function toServices(isHostChosen: boolean): readonly NginxNode[] {
  return [
    {
      // $host is the name that nginx chose the server by; a Host header that says otherwise is not passed on.
      ...map({ variables: "$host $http_host" }, clientHost, [
        ["~*^(?<named_host>\\S+) \\k<named_host>(?<named_port>:[0-9]+)$", { variables: "$named_host$named_port" }],
        ["default", { variables: "$host" }],
      ]),
      comment: "The name that the client asked for, with the port that it wrote.",
    },
    ...(isHostChosen
      ? [
          map("", upstreamHostVariable, [["default", ""]]),
          map({ variables: upstreamHostVariable }, passedHost, [
            ["", { variables: clientHost }],
            ["default", { variables: upstreamHostVariable }],
          ]),
        ]
      : []),
    map("", websocketVariable, [["default", ""]]),
    map({ variables: `${websocketVariable} $http_upgrade` }, "$passed_upgrade", [
      ["~*^on websocket$", "websocket"],
      ["default", ""],
    ]),
    map({ variables: "$passed_upgrade" }, "$passed_connection", [
      ["websocket", "upgrade"],
      ["default", ""],
    ]),
    directive("proxy_http_version", "1.1"),
    ...[...serviceHeaders, ["Upgrade", "$passed_upgrade"] as const, ["Connection", "$passed_connection"] as const].map(
      ([name, value]) =>
        directive("proxy_set_header", name, { variables: isHostChosen && name === "Host" ? passedHost : value }),
    ),
    directive("proxy_headers_hash_max_size", 1024),
    directive("proxy_headers_hash_bucket_size", 128),
    directive("proxy_buffer_size", "16k"),
    directive("proxy_buffers", 8, "16k"),
    directive("proxy_busy_buffers_size", "32k"),
    // What a service says itself about these headers stays as it is; nginx leaves out those that are empty.
    ...Object.entries(securityHeaders).map(([header, value]) =>
      map({ variables: upstreamHeader(header) }, ownHeader(header), [
        ["", value],
        ["default", ""],
      ]),
    ),
  ];
}

/** The same for uWSGI. */
export function toUwsgi(): readonly NginxNode[] {
  return [
    map("", strippedVariable, [["default", ""]]),
    map({ variables: strippedVariable }, "$passed_uri", [
      ["on", { variables: "$uri$is_args$args" }],
      ["default", { variables: "$request_uri" }],
    ]),
    ...uwsgiParameters.map(([name, value]) => directive("uwsgi_param", name, { variables: value })),
    directive("uwsgi_buffer_size", "16k"),
    directive("uwsgi_buffers", 8, "16k"),
    directive("uwsgi_busy_buffers_size", "32k"),
  ];
}

/** Headers that every answer of a site has unless the service sends its own. */
export const securityHeaders = {
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "SAMEORIGIN",
  "Referrer-Policy": "strict-origin-when-cross-origin",
  "Strict-Transport-Security": "max-age=31536000",
} as const;

function upstreamHeader(header: string): string {
  return `$upstream_http_${header.toLowerCase().replaceAll("-", "_")}`;
}

/** The variable with the value of one of our headers, empty where the service has sent it. */
export function ownHeader(header: string): string {
  return `$own_${header.toLowerCase().replaceAll("-", "_")}`;
}
