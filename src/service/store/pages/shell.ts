import { createHash } from "node:crypto";
import { Html, html } from "../../page/html.ts";
import { icon, pageHeaders } from "../../page/page.ts";
import { utc } from "../../page/time.ts";
import { storeStyle } from "./style.ts";

/** As for every page; beside it these have a style of their own, and forms that ask the service itself. */
export const storePageHeaders: Readonly<Record<string, string>> = {
  ...pageHeaders,
  "content-security-policy": `default-src 'none'; style-src 'sha256-${createHash("sha256").update(storeStyle).digest("base64")}'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
  "cache-control": "no-store",
};

/** What every page of the store has around it. */
export interface Shell {
  readonly title: string;
  /** Beside the title, in grey. */
  readonly where: string;
  readonly at: "traces" | "logs" | undefined;
  readonly nowMs: number;
  readonly version: string;
  /** Why nothing can be written now. */
  readonly failure: string | undefined;
  readonly main: Html;
}

const places = [
  ["", "/", "Status"],
  ["traces", "/traces", "Traces"],
  ["logs", "/logs", "Logs"],
] as const;

export function drawShell({ title, where, at, nowMs, version, failure, main }: Shell): string {
  const links = places.map(([name, href, text]) =>
    name === at ? html`<a href="${href}" aria-current="page">${text}</a>` : html`<a href="${href}">${text}</a>`,
  );
  const alarm =
    failure === undefined
      ? undefined
      : html`<div class="alarm bad" role="alert"><h2>Nothing new is kept</h2>
<p>The store cannot write; senders are told to try again. What is shown came before.</p><p class="mono">${failure}</p></div>`;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Stackwright</title><link rel="icon" href="${icon}">
<style>${new Html(storeStyle)}</style></head>
<body><div class="wrap">
<header><h1>${title}</h1><span class="where">${where}</span><nav aria-label="Pages">${links}</nav>
<span class="when"><time datetime="${new Date(nowMs).toISOString()}">${utc(nowMs)}</time></span></header>
<main>${alarm}${main}</main>
<footer><span>Stackwright ${version}</span><a href="/metrics">metrics</a><a href="/api/v1/services">services as JSON</a></footer>
</div></body></html>
`.text;
}
