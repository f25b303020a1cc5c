import { expect, test } from "vitest";
import { buildRoutes, type Route } from "../../../src/render/alertmanager/routes.ts";
import { walk, walker } from "../../../src/render/alertmanager/walk.ts";
import { alerting, model, signals } from "../platform.ts";

/** The tree of the platform, with nodes that ask for a service and for several names of alerts. */
function tree(): Route {
  const root = buildRoutes(model, alerting, signals);
  const node = { receivers: ["mail"], timing: undefined, muted: [], routes: [], source: [] };
  return {
    ...root,
    routes: [
      { ...node, matchers: [{ label: "service", op: "=", value: "orders" }] },
      { ...node, matchers: [{ label: "alertname", op: "=~", value: "Mysql.*|HostDown" }] },
      ...root.routes,
    ],
  };
}

test("what is walked once for alerts that no node tells apart is the way of each of them", () => {
  const root = tree();
  const way = walker(root);
  const names = [...signals.alerts.map(({ template }) => template.name), "Unknown", "Watchdog"];
  const taken = new Set<Route>();
  for (const alertname of names)
    for (const severity of ["critical", "warning", "info", "none"])
      for (const owner of [...model.owners.keys(), "stranger", ""])
        for (const service of ["orders", "other"]) {
          const labels = { alertname, severity, owner, service };
          expect(way(labels)).toEqual(walk(root, labels));
          for (const node of way(labels)) taken.add(node);
        }
  expect(taken.size).toBeGreaterThan(4);
});

test("a label that is missing counts as the empty text", () => {
  const root = tree();
  const way = walker(root);
  expect(way({ alertname: "HostDown" })).toEqual(walk(root, { alertname: "HostDown" }));
  expect(way({})).toEqual(walk(root, {}));
});
