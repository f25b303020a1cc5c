import { type Matcher, matches, printMatcher } from "./matcher.ts";
import type { Route } from "./routes.ts";

type Labels = Readonly<Record<string, string>>;

/** The nodes that an alert passes, from the root to the one where it ends. */
export function walk(root: Route, labels: Labels): readonly Route[] {
  const next = root.routes.find((route) => matches(route.matchers, labels));
  return next === undefined ? [root] : [root, ...walk(next, labels)];
}

/**
 * The same for many alerts: those that no node tells apart go the same way, and it is walked once. A node tells apart
 * every value of a label that it asks for; but of the many names of alerts only those that some node takes or refuses.
 */
export function walker(root: Route): (labels: Labels) => readonly Route[] {
  const labels = [...labelsAsked(root)].filter((label) => label !== "alertname");
  const ofNames = new Map(
    matchersIn(root)
      .filter(({ label }) => label === "alertname")
      .map((matcher) => [printMatcher(matcher), [matcher]]),
  );
  const verdicts = new Map<string, string>();
  const verdictsOn = (alertname: string): string => {
    const known = verdicts.get(alertname) ?? [...ofNames.values()].map((each) => matches(each, { alertname })).join();
    verdicts.set(alertname, known);
    return known;
  };
  const ways = new Map<string, readonly Route[]>();
  return (alert) => {
    const key = labels.reduce((text, label) => `${text}\n${alert[label] ?? ""}`, verdictsOn(alert["alertname"] ?? ""));
    const way = ways.get(key) ?? walk(root, alert);
    ways.set(key, way);
    return way;
  };
}

function matchersIn({ matchers, routes }: Route): readonly Matcher[] {
  return [...matchers, ...routes.flatMap(matchersIn)];
}

/** The inventory receivers that are told of an alert; empty where nobody is. */
export function receiversOf(root: Route, labels: Labels): readonly string[] {
  return toldOn(walk(root, labels));
}

/** The same, for a way that was walked already. */
export function toldOn(way: readonly Route[]): readonly string[] {
  return way.findLast(({ receivers }) => receivers !== undefined)?.receivers ?? [];
}

/** The labels that some node of a tree asks for; in others alerts may differ and go the same way. */
export function labelsAsked(root: Route): ReadonlySet<string> {
  return new Set(matchersIn(root).map(({ label }) => label));
}
