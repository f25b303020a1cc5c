import { type NginxSettings, nginxSettings, type Route } from "../../catalog/nginx/settings.ts";
import type { Path } from "../../diagnostics/path.ts";

const defaults = lazily(() => nginxSettings.parse({}, { jitless: true }));

/** Where a setting stands: at its key where it is not the default, which need not be written, else at the settings. */
export function settingSource(
  settings: NginxSettings,
  source: Path,
  key: Exclude<keyof NginxSettings, "sites" | "waf">,
): Path {
  return settings[key] === defaults()[key] ? source : [...source, key];
}

type OfRoute = "timeouts" | "retries";

/** What a route has that says nothing of it, with and without WebSocket, as text. */
const usual = lazily((): ReadonlyMap<boolean, Readonly<Record<OfRoute, string>>> => {
  const of = (websocket: boolean): Readonly<Record<OfRoute, string>> => {
    const sites = [{ server_name: "_", routes: [{ path: "/", to: "any", websocket }] }];
    const [route] = nginxSettings.parse({ sites }, { jitless: true }).sites[0]?.routes ?? [];
    return { timeouts: JSON.stringify(route?.timeouts), retries: JSON.stringify(route?.retries) };
  };
  return new Map([false, true].map((websocket) => [websocket, of(websocket)]));
});

/** The same of a route's time-outs or attempts. */
export function routeSource(route: Route, source: Path, key: OfRoute): Path {
  return usual().get(route.websocket)?.[key] === JSON.stringify(route[key]) ? source : [...source, key];
}

/** Worked out when it is first asked for: most commands on most inventories have no use for it. */
function lazily<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
