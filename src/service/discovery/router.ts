import { type RequestHandler, type Response, Router } from "express";
import { nearest } from "../../diagnostics/nearest.ts";
import type { InventoryState } from "../inventory/keeper.ts";
import { takesGzip } from "../metrics/negotiate.ts";
import { bareAddress } from "../peer.ts";
import type { Discovery, DiscoveryView, Encoded } from "./lists.ts";

/**
 * Answers `GET /prometheus` with every target and `GET /prometheus?job=NAME` with those of one scrape config, from the
 * last inventory without errors. An unknown job is 404, not `[]`: Prometheus then keeps the list that it has, and a
 * misspelt name does not empty its targets. https://prometheus.io/docs/prometheus/latest/http_sd/
 */
export function discoveryRouter(inventory: () => InventoryState): Router {
  const answer: RequestHandler = (request, response) => {
    const { facts } = inventory();
    if (facts === undefined) {
      refuse(response, 503, "there is no list yet: the inventory has had errors since the service started");
      return;
    }
    const view = viewFor(facts.discovery, request.socket.remoteAddress);
    const query = new URLSearchParams(/\?.*/.exec(request.url)?.[0]);
    const unknown = [...query.keys()].find((key) => key !== "job");
    const names = query.getAll("job");
    if (unknown !== undefined || names.length > 1) {
      refuse(response, 400, "the only parameter is job, once: /sd/prometheus?job=NAME");
      return;
    }
    const [name] = names;
    const list = name === undefined ? view.all : view.jobs.get(name);
    if (list === undefined) refuse(response, 404, unknownJob(name ?? "", [...view.jobs.keys()]));
    else send(response, list, request.headers);
  };
  return Router().get("/prometheus", answer);
}

/** A Prometheus server gets the addresses under which it reaches the targets; everybody else those of the first server. */
function viewFor(discovery: Discovery, peer: string | undefined): DiscoveryView {
  const address = bareAddress(peer ?? "");
  return discovery.find(({ addresses }) => addresses.includes(address)) ?? discovery[0];
}

function send(
  response: Response,
  { plain, gzip, etag }: Encoded,
  headers: {
    readonly "if-none-match"?: string | undefined;
    readonly "accept-encoding"?: string | string[] | undefined;
  },
): void {
  response.setHeader("etag", etag);
  response.setHeader("vary", "Accept-Encoding");
  response.setHeader("cache-control", "no-cache");
  if (headers["if-none-match"]?.split(/\s*,\s*/).includes(etag) === true) {
    response.status(304).end();
    return;
  }
  const isZipped = takesGzip(headers["accept-encoding"]?.toString());
  const bytes = isZipped ? gzip : plain;
  response.setHeader("content-type", "application/json");
  if (isZipped) response.setHeader("content-encoding", "gzip");
  response.setHeader("content-length", bytes.length);
  response.end(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
}

function unknownJob(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  const fix = meant === undefined ? `known are ${known.join(", ")}` : `did you mean ${meant}?`;
  return `the inventory has no scrape config ${JSON.stringify(name)}; ${fix}`;
}

function refuse(response: Response, status: number, message: string): void {
  response.status(status).type("text/plain").send(`${message}\n`);
}
