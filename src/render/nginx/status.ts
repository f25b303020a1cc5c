import { block, directive, type NginxNode } from "../../artifact/nginx-block.ts";
import type { Path } from "../../diagnostics/path.ts";

/**
 * The server on loopback: `/stub_status` for the exporter, `/health` for keepalived, `/config` with the digest of the
 * config that runs. It writes no log and no firewall looks at it.
 */
export function printStatus(port: number, digest: string, source: Path): readonly NginxNode[] {
  return [
    block(
      "server",
      [],
      [
        directive("listen", `127.0.0.1:${port}`),
        directive("server_name", "localhost"),
        directive("access_log", "off"),
        directive("default_type", "text/plain"),
        block("location", ["=", "/stub_status"], [directive("stub_status")]),
        block("location", ["=", "/health"], [directive("return", 200, "ok")]),
        block("location", ["=", "/config"], [directive("return", 200, digest)]),
        block("location", ["/"], [directive("return", 404)]),
      ],
      { source },
    ),
  ];
}
