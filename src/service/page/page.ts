import { createHash } from "node:crypto";
import type { ServerState } from "../asking/observer.ts";
import { Html, html } from "./html.ts";
import { drawAlarm, drawProblems, drawServices, drawTiles, drawVirtualIps, grouped, plural } from "./sections.ts";
import type { Status } from "./status.ts";
import { style } from "./style.ts";
import { ago, printAge, utc } from "./time.ts";

/** A small tower of three plates, drawn here so that nothing is loaded. */
export const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cg fill='%234a86d8'%3E%3Crect x='1' y='10' width='14' height='4' rx='1'/%3E%3Crect x='3' y='6' width='10' height='3' rx='1'/%3E%3Crect x='5' y='2' width='6' height='3' rx='1'/%3E%3C/g%3E%3C/svg%3E";

/** Of every answer: nothing is loaded, framed, guessed or told to others. The page's own style is let in by its digest. */
export const pageHeaders: Readonly<Record<string, string>> = {
  "content-security-policy": `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
};

/** The status page. What is wrong comes first; the rest is in the order in which one looks for it. */
export function drawPage(status: Status): string {
  const { inventory, nowMs, version } = status;
  const { facts } = inventory;
  const where = facts === undefined ? inventory.file : `${facts.platform} / ${facts.environment}`;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${facts === undefined ? "Stackwright" : `${where} · Stackwright`}</title><link rel="icon" href="${icon}">
<style>${new Html(style)}</style></head>
<body><div class="wrap">
<header><h1>${facts?.platform ?? "Stackwright"}</h1><span class="where">${facts?.environment ?? where}</span>
<span class="when"><time datetime="${new Date(nowMs).toISOString()}">${utc(nowMs)}</time></span></header>
<main>${drawAlarm(status)}${drawTiles(status)}${problemsAt("top", status)}${drawVirtualIps(status)}${drawServices(status)}
${problemsAt("bottom", status)}${drawSources(status)}</main>
<footer><span>Stackwright ${version}</span>${drawStoreLinks(status)}<a href="/metrics">metrics</a><a href="/sd/prometheus">targets as JSON</a>
<a href="/-/ready">readiness</a><a href="/-/healthy">health</a></footer>
</div></body></html>
`;
  return page.text;
}

/** Errors are read before the rest, warnings after it. */
function problemsAt(place: "top" | "bottom", status: Status): Html {
  const hasErrors = (status.inventory.snapshot?.errors ?? 0) > 0;
  return hasErrors === (place === "top") ? drawProblems(status) : html``;
}

function drawStoreLinks({ store }: Status): Html | undefined {
  return store === undefined ? undefined : html`<a href="/traces">traces</a><a href="/logs">logs</a>`;
}

function drawSources({ inventory, servers, nowMs, startedMs, generatedMs, isGenerated, store }: Status): Html {
  const { facts, lastReadMs, file } = inventory;
  const list = facts?.discovery[0];
  const words = servers.map((server) => drawServer(server, nowMs));
  return html`<section aria-labelledby="sources"><div class="head"><h2 id="sources">Where this comes from</h2></div><dl>
<dt>Inventory</dt><dd><code>${file}</code><br><small>${
    lastReadMs === undefined ? "never read" : html`read ${ago(lastReadMs, nowMs)}`
  }${facts === undefined ? "" : `; ${plural(facts.hosts, "host")}, ${plural(facts.services.length, "service")}, ${plural(facts.alerts, "alert rule")}`}</small></dd>
<dt>Target lists</dt><dd>${list === undefined ? "none" : `${grouped(list.all.targets)} entries in ${plural(list.jobs.size, "scrape config")}, probes among them`}</dd>
<dt>Generated files</dt><dd>${
    generatedMs === undefined
      ? "no tree stands beside the inventory"
      : html`last changed ${ago(generatedMs, nowMs)}${isGenerated ? "" : html`; the inventory is another now: <code>stackwright generate -i ${file}</code>`}`
  }</dd>
<dt>Prometheus</dt><dd>${facts === undefined ? "unknown" : words.length === 0 ? "none in the inventory" : words}</dd>
${
  store === undefined
    ? undefined
    : html`<dt>Store</dt><dd>${grouped(store.traces)} <a href="/traces">traces</a> and ${grouped(store.records.logs)} <a href="/logs">log lines</a></dd>`
}<dt>This service</dt><dd>running for ${printAge(nowMs - startedMs)}</dd></dl></section>`;
}

function drawServer(server: ServerState, nowMs: number): Html {
  switch (server.type) {
    case "answers":
      return html`<div class="good"><span class="tag">answers</span> ${server.instance} <small>${ago(server.atMs, nowMs)}</small></div>`;
    case "silent":
      return html`<div class="bad"><span class="tag">silent</span> ${server.instance} <small>${server.reason}</small></div>`;
    case "unasked":
      return html`<div class="unknown"><span class="tag">not asked</span> ${server.instance}</div>`;
  }
}
