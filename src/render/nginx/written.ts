import { type NginxSettings, nginxSettings, type Route } from "../../catalog/nginx/settings.ts";
import type { Path } from "../../diagnostics/path.ts";

const defaults = nginxSettings.parse({}, { jitless: true });

/** Where a setting stands: at its key where it is not the default, which need not be written, else at the settings. */
export function settingSource(
  settings: NginxSettings,
  source: Path,
  key: Exclude<keyof NginxSettings, "sites" | "waf">,
): Path {
  return settings[key] === defaults[key] ? source : [...source, key];
}

const routeDefaults = [false, true].map((websocket) => {
  const sites = [{ server_name: "_", routes: [{ path: "/", to: "any", websocket }] }];
  return nginxSettings.parse({ sites }, { jitless: true }).sites[0]?.routes[0];
});

/** The same of a route's time-outs or attempts. */
export function routeSource(route: Route, source: Path, key: "timeouts" | "retries"): Path {
  const usual = routeDefaults.find((each) => each?.websocket === route.websocket)?.[key];
  return JSON.stringify(usual) === JSON.stringify(route[key]) ? source : [...source, key];
}
