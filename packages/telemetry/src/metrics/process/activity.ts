import type { Meter, Observed } from "../instruments.ts";

/** What keeps the event loop busy, by type. */
export function observeActivity(meter: Meter): void {
  const byType = (name: string, help: string, read: () => readonly string[]): void =>
    meter.observed({ name, help, type: "gauge", labels: ["type"], read: () => countOf(read()) });
  byType("nodejs_active_resources", "Resources that keep the event loop alive, by type.", () =>
    process.getActiveResourcesInfo(),
  );
  byType("nodejs_active_handles", "Open handles, such as sockets and timers, by type.", () =>
    classesOf("_getActiveHandles"),
  );
  byType("nodejs_active_requests", "Requests to the operating system under way, by type.", () =>
    classesOf("_getActiveRequests"),
  );
}

/** Undocumented, but what these families have always been. */
function classesOf(method: "_getActiveHandles" | "_getActiveRequests"): readonly string[] {
  const list: unknown = Reflect.get(process, method);
  const objects: unknown = typeof list === "function" ? list.call(process) : [];
  if (!Array.isArray(objects)) return [];
  return objects.map((each: unknown) =>
    typeof each === "object" && each !== null ? each.constructor.name : "unknown",
  );
}

function countOf(types: readonly string[]): readonly Observed[] {
  const counts = new Map<string, number>();
  for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts].map(([type, value]) => ({ labels: { type }, value }));
}
