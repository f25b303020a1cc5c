import { matches } from "./matcher.ts";
import type { Route } from "./routes.ts";

/** The nodes that an alert passes, from the root to the one where it ends. */
export function walk(root: Route, labels: Readonly<Record<string, string>>): readonly Route[] {
  const next = root.routes.find((route) => matches(route.matchers, labels));
  return next === undefined ? [root] : [root, ...walk(next, labels)];
}

/** The inventory receivers that are told of an alert; empty where nobody is. */
export function receiversOf(root: Route, labels: Readonly<Record<string, string>>): readonly string[] {
  return walk(root, labels).findLast(({ receivers }) => receivers !== undefined)?.receivers ?? [];
}
