import { matches } from "./matcher.ts";
import type { Route } from "./routes.ts";

type Labels = Readonly<Record<string, string>>;

/** The nodes that an alert passes, from the root to the one where it ends. */
export function walk(root: Route, labels: Labels): readonly Route[] {
  const next = root.routes.find((route) => matches(route.matchers, labels));
  return next === undefined ? [root] : [root, ...walk(next, labels)];
}

/** The inventory receivers that are told of an alert; empty where nobody is. */
export function receiversOf(root: Route, labels: Labels): readonly string[] {
  return walk(root, labels).findLast(({ receivers }) => receivers !== undefined)?.receivers ?? [];
}

/** `walk` for many alerts: those that differ only in labels that no node asks for go the same way, which is found once. */
export function walker(root: Route): (labels: Labels) => readonly Route[] {
  const asked = [...new Set(labelsAsked(root))];
  const known = new Map<string, readonly Route[]>();
  return (labels) => {
    const key = asked.map((label) => labels[label] ?? "").join("\0");
    const path = known.get(key) ?? walk(root, labels);
    known.set(key, path);
    return path;
  };
}

function labelsAsked({ matchers, routes }: Route): readonly string[] {
  return [...matchers.map(({ label }) => label), ...routes.flatMap(labelsAsked)];
}
