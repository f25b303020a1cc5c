import type { Place } from "../place.ts";

/** Starts an nginx with these blocks of servers; its files lie in the place. */
export async function startNginx(place: Place, servers: readonly string[]): Promise<void> {
  const config = await place.write(
    "nginx.conf",
    [
      "daemon off;",
      `pid ${place.path("nginx.pid")};`,
      `error_log ${place.path("nginx-error.log")};`,
      "events {}",
      "http {",
      "  access_log off;",
      ...["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `  ${kind}_temp_path ${place.path(kind)};`),
      ...servers.map((server) => `  ${server}`),
      "}",
      "",
    ].join("\n"),
  );
  place.start("nginx", ["-c", config, "-e", place.path("nginx-error.log")]);
}

/** A server on loopback that says how many connections there are. */
export function statusServer(port: number): string {
  return `server { listen 127.0.0.1:${port}; location = /stub_status { stub_status; } }`;
}
