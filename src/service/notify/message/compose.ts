import type { Alert, Notification } from "../payload.ts";
import { cut, type Measure } from "./cut.ts";
import { linkAddress, type Style } from "./style.ts";
import { english, type Texts } from "./texts.ts";

/** Where a message comes from. */
export interface Origin {
  readonly platform: string;
  readonly environment: string;
  /** IANA name; times are told in it. */
  readonly timezone: string;
}

export interface Layout {
  readonly style: Style;
  readonly limit: number;
  readonly measure: Measure;
  /** At most so many alerts of a notification are listed. */
  readonly listed: number;
  readonly texts?: Texts;
}

const order: readonly string[] = ["critical", "warning", "info", "none"];

/**
 * What people read, one or several notifications in one text. The first line says how bad it is and what it is; the
 * list stands last, so that a cut costs the least. Fewer alerts are listed before a text is cut.
 */
export function compose(notifications: readonly Notification[], origin: Origin, layout: Layout): string {
  const { style, limit, measure } = layout;
  const texts = layout.texts ?? english;
  const listed = [layout.listed, 5, 3, 1].filter((count) => count <= layout.listed);
  for (const count of listed) {
    const text = notifications.map((each) => block(each, origin, style, texts, count)).join(style.rule);
    if (measure(text) <= limit) return text;
  }
  return heads(notifications, origin, { ...layout, texts });
}

/** One line for each notification, as many as there is room for. */
function heads(
  notifications: readonly Notification[],
  origin: Origin,
  { style, limit, measure, texts }: Layout & { readonly texts: Texts },
): string {
  const lines = notifications.map(
    (each) => `${headline(each, style, texts)}${style.newline}${scope(each, origin, style, texts)}`,
  );
  for (let count = lines.length; count > 1; count--) {
    const rest = notifications.length - count;
    const text = [...lines.slice(0, count), ...(rest > 0 ? [texts.moreMessages(rest)] : [])].join(style.rule);
    if (measure(text) <= limit) return text;
  }
  return cut(lines[0] ?? "", { limit, measure, ellipsis: style.ellipsis });
}

function block(notification: Notification, origin: Origin, style: Style, texts: Texts, listed: number): string {
  const alerts = ranked(notification.alerts);
  const items =
    alerts.length < 2 ? [] : alerts.slice(0, listed).map((alert) => style.item(item(alert, origin, style, texts)));
  const left = (alerts.length < 2 ? 0 : alerts.length - items.length) + notification.truncated;
  return [
    style.strong(headline(notification, style, texts)),
    scope(notification, origin, style, texts),
    ...links(alerts, style, texts),
    ...items,
    ...(left > 0 ? [style.item(texts.moreAlerts(left))] : []),
  ].join(style.newline);
}

/** Severity and summary of the worst alert, and how many more there are. */
export function headline(notification: Notification, style: Style, texts: Texts = english): string {
  const [worst] = ranked(notification.alerts);
  const more = notification.alerts.length - 1 + notification.truncated;
  const severity = severityWord(severityOf(notification), style, texts);
  const state = notification.status === "resolved" ? `${texts.resolved} (${severity})` : severity;
  return `${state}: ${summary(worst, style)}${more > 0 ? ` (${texts.more(more)})` : ""}`;
}

/** Worst severity of what fires; of what has ended where nothing does. */
export function severityOf({ alerts }: Notification): string {
  return ranked(alerts)[0]?.labels["severity"] ?? "none";
}

/** Platform, service, hosts, owner, counts and since when. */
function scope({ alerts }: Notification, origin: Origin, style: Style, texts: Texts): string {
  const firing = alerts.filter(({ status }) => status === "firing");
  const told = firing.length > 0 ? firing : alerts;
  const values = (label: string): readonly string[] => [
    ...new Set(told.flatMap(({ labels }) => (labels[label] ? [style.value(labels[label])] : []))),
  ];
  const named = (word: string, label: string): readonly string[] => {
    const found = values(label);
    return found.length === 0 ? [] : [`${word} ${listOf(found, texts)}`];
  };
  const hosts = values("host").length > 1 ? texts.hosts : texts.host;
  const earliest = told.map(({ startsAt }) => startsAt).toSorted((a, b) => Date.parse(a) - Date.parse(b))[0];
  return [
    `${style.value(origin.platform)} ${style.value(origin.environment)}`,
    ...named(texts.service, "service"),
    ...named(hosts, "host"),
    ...named(texts.owner, "owner"),
    texts.alerts(firing.length, alerts.length - firing.length),
    ...(earliest === undefined ? [] : [texts.since(localTime(earliest, origin.timezone))]),
  ].join(style.separator);
}

function links(alerts: readonly Alert[], style: Style, texts: Texts): readonly string[] {
  const found = (annotation: string, word: string): readonly string[] => {
    const address = alerts.map(({ annotations }) => linkAddress(annotations[annotation])).find(Boolean);
    return address === undefined ? [] : [style.link(word, address)];
  };
  const both = [...found("runbook_url", texts.runbook), ...found("dashboard_url", texts.dashboard)];
  return both.length === 0 ? [] : [both.join(style.newline)];
}

function item(alert: Alert, origin: Origin, style: Style, texts: Texts): string {
  const resolved = alert.status === "resolved" ? `${texts.resolved} ` : "";
  return `${resolved}${summary(alert, style)}${style.separator}${texts.since(localTime(alert.startsAt, origin.timezone))}`;
}

function summary(alert: Alert | undefined, style: Style): string {
  const { alertname = "alert", instance, service } = alert?.labels ?? {};
  const said = alert?.annotations["summary"];
  if (said !== undefined && style.value(said) !== "") return style.value(said);
  const where = instance ?? service;
  return style.value(where === undefined ? alertname : `${alertname} ${where}`);
}

function severityWord(severity: string, style: Style, texts: Texts): string {
  return texts.severities[severity] ?? style.value(severity).toUpperCase();
}

function listOf(values: readonly string[], texts: Texts): string {
  const shown = values.slice(0, 5).join(", ");
  return values.length > 5 ? `${shown} ${texts.more(values.length - 5)}` : shown;
}

/** What fires before what has ended, the worst first, then the oldest. */
function ranked(alerts: readonly Alert[]): readonly Alert[] {
  const rank = ({ status, labels }: Alert): number => {
    const severity = order.indexOf(labels["severity"] ?? "");
    return (status === "firing" ? 0 : 10) + (severity < 0 ? order.length : severity);
  };
  return alerts.toSorted((a, b) => rank(a) - rank(b) || Date.parse(a.startsAt) - Date.parse(b.startsAt));
}

/** `2026-11-21 02:14 Asia/Shanghai`. */
function localTime(time: string, timezone: string): string {
  const at = Date.parse(time);
  if (Number.isNaN(at)) return time.slice(0, 40);
  const parts = new Map(
    formatter(timezone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? "";
  return `${part("year")}-${part("month")}-${part("day")} ${part("hour")}:${part("minute")} ${timezone}`;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Dear to make, so each is made once. */
function formatter(timezone: string): Intl.DateTimeFormat {
  const known = formatters.get(timezone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-CA", {
    timeZone: timezone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  formatters.set(timezone, made);
  return made;
}
