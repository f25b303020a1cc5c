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

/** The labels that some node of a tree asks for; in others alerts may differ and go the same way. */
export function labelsAsked({ matchers, routes }: Route): ReadonlySet<string> {
  return new Set([...matchers.map(({ label }) => label), ...routes.flatMap((route) => [...labelsAsked(route)])]);
}
