import { isIP } from "node:net";
import { Problem } from "@stackwright/sample-service";
import type { Request, RequestHandler } from "express";

/**
 * Lets only requests pass that were made on this machine and for it. A proxy on this machine also connects from
 * loopback, hence the headers that proxies add; a browser here may have been sent by somebody's page, hence the names.
 */
export const fromThisMachine: RequestHandler = (request, _response, next) => {
  if (!isLoopback(request.socket.remoteAddress ?? "")) throw new Problem(403, "only for this machine's own loopback");
  const proxied = proxyHeaders.find((name) => request.headers[name] !== undefined);
  if (proxied !== undefined) throw new Problem(403, `not through a proxy (header ${proxied})`);
  if (!isLocalName(request) || request.headers.origin !== undefined)
    throw new Problem(403, "not from a web page; ask 127.0.0.1 with curl");
  next();
};

const proxyHeaders = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"];

function isLoopback(address: string): boolean {
  const plain = address.replace(/^::ffff:/, "");
  return plain === "::1" || (isIP(plain) === 4 && plain.startsWith("127."));
}

function isLocalName({ headers }: Request): boolean {
  const host = (headers.host ?? "").replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
  return host === "localhost" || isLoopback(host);
}
