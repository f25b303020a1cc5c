import type { RequestHandler } from "express";
import promBundle from "express-prom-bundle";
import { pinoHttp } from "pino-http";

/** Metrics and request log lines of the peers. */
export function middlewares(): readonly RequestHandler[] {
  return [
    promBundle({ includeMethod: true, includePath: true, normalizePath: [["^/users/.*", "/users/#id"]] }),
    pinoHttp(),
  ];
}
