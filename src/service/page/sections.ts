import type { Snapshot } from "../inventory/snapshot.ts";
import { type Html, html } from "./html.ts";
import type { Level, ServiceStatus, Status, VirtualIpStatus } from "./status.ts";
import { ago } from "./time.ts";

/** What has to be read before anything else: the page speaks of an old state. */
export function drawAlarm({ inventory, isCurrent, accessFailure, nowMs, store }: Status): Html {
  const access =
    accessFailure === undefined
      ? undefined
      : html`<div class="alarm warning" role="alert"><h2>Who may ask is as it was before</h2><p class="mono">${accessFailure}</p></div>`;
  const unwritable =
    store?.failure === undefined
      ? undefined
      : html`<div class="alarm warning" role="alert"><h2>Traces and log lines are not kept</h2><p class="mono">${store.failure}</p></div>`;
  if (isCurrent) return html`${access}${unwritable}`;
  const { failure, snapshot, factsSinceMs, file } = inventory;
  const title =
    failure === undefined
      ? `The inventory has ${snapshot === undefined ? "not been read yet" : plural(snapshot.errors, "error")}`
      : "The inventory cannot be read";
  const inForce =
    factsSinceMs === undefined
      ? html`There was none without errors since the service started: it gives out no targets and sends no notifications.`
      : html`The last good one, of ${ago(factsSinceMs, nowMs)}, stays in force: its targets are given out, and changes since then are not.`;
  return html`<div class="alarm bad" role="alert"><h2>${title}</h2>
<p>${inForce}</p>${failure === undefined ? undefined : html`<p class="mono">${failure}</p>`}
<p>To see each error with its line and a fix: <code>stackwright validate -i ${file}</code></p></div>${access}${unwritable}`;
}

/** Four numbers that say whether to read on. */
export function drawTiles(status: Status): Html {
  const { virtualIps, services, expected, seen, generatedMs, isGenerated, nowMs, inventory, isCurrent } = status;
  const held = virtualIps.filter(({ level }) => level === "good" || level === "warning").length;
  const isVipUnknown = virtualIps.some(({ level }) => level === "unknown");
  const hasMoved = virtualIps.some(({ level }) => level === "warning" || level === "bad");
  const worst = hasMoved ? worstOf(virtualIps) : isVipUnknown ? "unknown" : "good";
  const warnings = inventory.snapshot?.warnings ?? 0;
  const generated: Level = generatedMs === undefined ? "unknown" : isGenerated ? "good" : "warning";
  const tiles = [
    tile("Inventory", isCurrent ? (warnings > 0 ? "warning" : "good") : "bad", {
      value: isCurrent ? "valid" : "not in force",
      detail: isCurrent
        ? `${plural(warnings, "warning")}, ${inventory.snapshot?.accepted ?? 0} accepted`
        : inventory.facts === undefined
          ? "none has been since the start"
          : "the last good one is",
    }),
    tile("Targets", seen === undefined ? "unknown" : seen >= expected ? "good" : worstOf(services), {
      value: seen === undefined ? `${grouped(expected)} expected` : `${grouped(seen)} of ${grouped(expected)}`,
      detail:
        seen === undefined ? "seen: unknown" : seen >= expected ? "all answer" : `${grouped(expected - seen)} missing`,
    }),
    tile("Virtual IPs", virtualIps.length === 0 ? "unknown" : worst, {
      value:
        inventory.facts === undefined
          ? "unknown"
          : virtualIps.length === 0
            ? "none"
            : isVipUnknown
              ? `${virtualIps.length}`
              : `${held} of ${virtualIps.length}`,
      detail: inventory.facts === undefined ? "no inventory in force" : heldWords(virtualIps),
    }),
    tile("Generated", generated, {
      value: generatedMs === undefined ? "unknown" : ago(generatedMs, nowMs),
      detail:
        generatedMs === undefined
          ? "no tree beside the inventory"
          : isGenerated
            ? "from this inventory"
            : "the inventory has changed since",
    }),
  ];
  return html`<ul class="tiles">${tiles}</ul>`;
}

function worstOf(things: readonly { readonly level: Level }[]): Level {
  return things.some(({ level }) => level === "bad") ? "bad" : "warning";
}

function heldWords(virtualIps: readonly VirtualIpStatus[]): string {
  const count = (wanted: Level): number => virtualIps.filter(({ level }) => level === wanted).length;
  if (virtualIps.length === 0) return "in the inventory";
  if (count("bad") > 0) return `${count("bad")} held by nobody, or twice`;
  if (count("unknown") > 0) return "holder: unknown";
  return count("warning") > 0 ? `${count("warning")} not on the preferred host` : "each on its preferred host";
}

function tile(
  name: string,
  level: Level,
  { value, detail }: { readonly value: Html | string; readonly detail: string },
): Html {
  return html`<li class="tile ${level}"><span class="name">${name}</span><b>${value}</b><span class="detail">${detail}</span></li>`;
}

/** Problems of the inventory as it is now, errors first. */
export function drawProblems({ inventory: { snapshot } }: Status): Html {
  if (snapshot === undefined) return html``;
  const { problems, errors, warnings, accepted } = snapshot;
  const total = errors + warnings;
  const rest = total - problems.length;
  return html`<section aria-labelledby="problems"><div class="head"><h2 id="problems">Problems</h2>
<p class="small">${plural(errors, "error")}, ${plural(warnings, "warning")}${accepted > 0 ? `, ${accepted} accepted with a reason` : ""}</p></div>
${total === 0 ? html`<p class="empty">None.</p>` : html`<ul class="rows">${problems.map(drawProblem)}</ul>`}
${rest > 0 ? html`<p class="empty">and ${rest} more</p>` : undefined}</section>`;
}

function drawProblem({
  severity,
  code,
  file,
  line,
  column,
  message,
  hint,
  because,
}: Snapshot["problems"][number]): Html {
  const place = because ?? { file, line, column };
  return html`<li class="problem ${severity === "error" ? "bad" : "warning"}"><span class="tag">${severity}</span>
<code>${code}</code> <span class="place">${place.file}:${place.line}:${place.column}</span><p>${message}</p>
${hint === undefined ? undefined : html`<p class="small">fix: ${hint}</p>`}</li>`;
}

/** Who holds each virtual IP. */
export function drawVirtualIps({ virtualIps, observedBy, nowMs }: Status): Html {
  if (virtualIps.length === 0) return html``;
  return html`<section aria-labelledby="vips"><div class="head"><h2 id="vips">Virtual IPs</h2><p class="small">${
    observedBy === undefined
      ? "no Prometheus server answers, so nobody can say who holds them"
      : html`by ${observedBy.name}, ${ago(observedBy.atMs, nowMs)}`
  }</p></div><ul class="rows">${virtualIps.map(drawVirtualIp)}</ul></section>`;
}

function drawVirtualIp({ name, address, service, segment, members, level, holders, silent }: VirtualIpStatus): Html {
  const [preferred] = members;
  const words: Readonly<Record<Level, string>> = {
    good: "held",
    warning: `not on ${preferred}`,
    bad: holders.length > 1 ? "held twice" : "held by nobody",
    unknown: "unknown",
  };
  const who =
    holders.length > 0
      ? html`on <b>${holders.join(" and ")}</b>`
      : level === "unknown"
        ? html`holder unknown`
        : html`no holder`;
  const others = members.filter((member) => !holders.includes(member));
  return html`<li class="vip ${level}"><div><b>${name}</b> <code>${address}</code><br><small>${service} on ${segment}</small></div>
<div class="holder">${who}<br><small>${
    silent.length > 0 ? `no word from ${silent.join(", ")}` : others.length > 0 ? `standby: ${others.join(", ")}` : ""
  }</small></div><span class="tag">${words[level]}</span></li>`;
}

/** Targets by service. */
export function drawServices({ services, expected, seen, observedBy, nowMs }: Status): Html {
  if (services.length === 0) return html``;
  const source =
    observedBy === undefined
      ? html`${grouped(expected)} expected; no Prometheus server answers, so what is seen is unknown`
      : html`${grouped(seen ?? 0)} of ${grouped(expected)} answer, by ${observedBy.name}, ${ago(observedBy.atMs, nowMs)}`;
  const troubled = services.filter(({ level }) => level === "bad" || level === "warning");
  const others = services.filter((service) => !troubled.includes(service));
  return html`<section aria-labelledby="services"><div class="head"><h2 id="services">Targets by service</h2><p class="small">${source}</p></div>
${troubled.length === 0 ? undefined : html`<ul class="rows">${troubled.map(drawTroubled)}</ul>`}
${others.length === 0 ? undefined : html`<ul class="quiet">${others.map(drawQuiet)}</ul>`}</section>`;
}

function drawTroubled(service: ServiceStatus): Html {
  const { name, level, expected, seen = 0 } = service;
  return html`<li class="service ${level}"><div><span class="name">${name}</span> <small>${aboutService(service)}</small></div>
<div class="bar"><svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect width="${Math.round((100 * seen) / expected)}" height="8"></rect></svg></div>
<div class="number"><b>${grouped(seen)}</b> of ${grouped(expected)}</div><div class="why">${whyMissing(service)}</div></li>`;
}

/** Of what is well, or unknown, one looks for the name only. */
function drawQuiet(service: ServiceStatus): Html {
  const { name, level, expected, seen } = service;
  const mark =
    level === "good"
      ? html`<span class="mark" title="all answer">●</span>`
      : html`<span class="mark" title="unknown">?</span>`;
  return html`<li class="${level}">${mark}<span class="what"><span class="name">${name}</span> <small>${aboutService(service)}</small></span>
<span class="number">${seen === undefined ? undefined : html`${grouped(seen)} <small>of</small> `}${grouped(expected)}</span></li>`;
}

function aboutService({ name, kind, owner }: ServiceStatus): string {
  const parts = [kind === name ? "" : kind, owner];
  return parts.filter((part) => part !== "").join(" · ");
}

function whyMissing({ expected, seen, strangers, down }: ServiceStatus): string {
  if (seen === undefined || seen >= expected) return "";
  const silent = expected - seen - strangers;
  const more = silent - down.length;
  return [
    ...(down.length > 0 ? [`no answer from ${down.join(", ")}${more > 0 ? ` and ${more} more` : ""}`] : []),
    ...(strangers > 0 ? [`${plural(strangers, "target")} that Prometheus does not know`] : []),
  ].join("; ");
}

/** `1 error`, `2 errors`, `no errors`. */
export function plural(number: number, noun: string): string {
  return `${number === 0 ? "no" : grouped(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** `10,000`. */
export function grouped(number: number): string {
  return String(number).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
}
