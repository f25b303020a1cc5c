import { secPattern } from "../../artifact/modsecurity.ts";
import { block, directive, type NginxDirective, type NginxNode, nginxText } from "../../artifact/nginx-block.ts";
import { parseDuration } from "../../model/units.ts";
import { accessLogVariables } from "../../signals/access-log.ts";
import { strippedVariable, upstreamHostVariable, websocketVariable } from "./headers.ts";
import type { RoutePlan } from "./plan.ts";
import { askByTls } from "./upstream-tls.ts";
import type { Upstream } from "./upstreams.ts";
import { nginxMs, nginxTime } from "./values.ts";
import { profileFile } from "./waf.ts";
import { routeSource } from "./written.ts";

/**
 * The locations of a route: the path itself and everything below it, so that `/api` takes `/api` and `/api/x` and
 * leaves `/apis` to others.
 */
export function printRoute(route: RoutePlan): readonly NginxNode[] {
  const { prefix, source } = route;
  if (prefix === "") return [block("location", ["/"], body(route, "below"), { source })];
  return [
    block("location", ["=", prefix], body(route, "itself"), { source }),
    "",
    block("location", [`${prefix}/`], body(route, "below"), { source }),
  ];
}

function body(plan: RoutePlan, which: "itself" | "below"): readonly NginxNode[] {
  const { route, source, upstream, profile } = plan;
  const variables = accessLogVariables;
  return [
    directive("set", { variables: variables.route }, route.path),
    directive("set", { variables: variables.upstreamService }, route.to),
    ...(profile === undefined
      ? []
      : [
          { ...directive("modsecurity", "on"), source: profile.source },
          { ...directive("modsecurity_rules_file", profileFile(profile)), source: profile.source },
        ]),
    ...(upstream === undefined
      ? [{ ...directive("return", 503), comment: "No instance is in rotation.", source: [...source, "to"] }]
      : upstream.protocol === "uwsgi"
        ? toUwsgi(plan, upstream, which)
        : toHttp(plan, upstream)),
  ];
}

function toHttp(plan: RoutePlan, { name }: Upstream): readonly NginxDirective[] {
  const { route, prefix, source, tls } = plan;
  const scheme = tls === undefined ? "http" : "https";
  // With a path behind the name nginx puts it in the place of what the location has matched, and leaves the query.
  const path = route.strip_prefix && prefix !== "" ? "/" : "";
  return [
    ...(route.websocket ? [directive("set", { variables: websocketVariable }, "on")] : []),
    ...(tls?.host === undefined ? [] : [directive("set", { variables: upstreamHostVariable }, tls.host)]),
    ...patience(plan, "proxy"),
    ...(tls === undefined ? [] : askByTls(plan, tls)),
    { ...directive("proxy_pass", nginxText`${scheme}://${name}${path}`), source: [...source, "to"] },
  ];
}

function toUwsgi(plan: RoutePlan, { name }: Upstream, which: "itself" | "below"): readonly NginxDirective[] {
  const { route, prefix, source } = plan;
  const isStripped = route.strip_prefix && prefix !== "";
  return [
    ...(isStripped ? [directive("set", { variables: strippedVariable }, "on"), strip(prefix, which)] : []),
    ...patience(plan, "uwsgi"),
    { ...directive("uwsgi_pass", name), source: [...source, "to"] },
  ];
}

/** uWSGI takes the path from a parameter, so that it is rewritten beforehand. */
function strip(prefix: string, which: "itself" | "below"): NginxDirective {
  if (which === "itself") return directive("rewrite", "^", "/", "break");
  return directive("rewrite", { variables: `(?s)^${secPattern(prefix)}/(.*)$` }, nginxText`/$1`, "break");
}

/** A module's conditions for another attempt; uwsgi knows no 502 and 504. */
const anotherAttempt = {
  proxy: ["error", "timeout", "http_502", "http_503", "http_504"],
  uwsgi: ["error", "timeout", "http_503"],
} as const;

const leastAttemptsMs = 5_000;

/**
 * Time-outs and further attempts. Time for attempts is what connecting to each may take: an instance that answers
 * slowly is not left for another one, because then all of them would get the load of all.
 */
function patience({ route, source }: RoutePlan, module: "proxy" | "uwsgi"): readonly NginxDirective[] {
  const { timeouts, retries } = route;
  const attemptsMs = Math.max(leastAttemptsMs, parseDuration(timeouts.connect) * (retries + 1));
  const times = (["connect", "read", "send"] as const).map((which) => ({
    ...directive(`${module}_${which}_timeout`, nginxTime(timeouts[which])),
    source: routeSource(route, source, "timeouts"),
  }));
  const attempts =
    retries === 0
      ? [directive(`${module}_next_upstream`, "off")]
      : [
          directive(`${module}_next_upstream`, ...anotherAttempt[module]),
          directive(`${module}_next_upstream_tries`, retries + 1),
          directive(`${module}_next_upstream_timeout`, nginxMs(attemptsMs)),
        ];
  return [...times, ...attempts.map((node) => ({ ...node, source: routeSource(route, source, "retries") }))];
}
