import { existsSync } from "node:fs";
import { findTool, placeOf, runTool, tools } from "../../io/tools.ts";
import type { Parts } from "./inventory.ts";

/** Programs of this machine that a demo can start. */
export interface Here {
  readonly prometheus: string | undefined;
  readonly alertmanager: string | undefined;
  readonly blackbox: string | undefined;
  readonly node: string | undefined;
  readonly nginxExporter: string | undefined;
  /** nginx, and how it gets a folder as its root. */
  readonly nginx: { readonly program: string; readonly unshare: string; readonly flags: readonly string[] } | undefined;
}

/** Something that a demo cannot show here: what, and what it would need. */
export interface NotShown {
  readonly what: string;
  readonly needs: string;
}

/** Looks what is installed; `isTaken` says whether somebody else listens on a port that cannot be another one. */
export async function lookAround(
  isTaken: (port: number) => Promise<boolean>,
): Promise<{ readonly here: Here; readonly parts: Parts; readonly notShown: readonly NotShown[] }> {
  const [prometheus, alertmanager] = [placeOf(tools.prometheus), placeOf(tools.alertmanager)];
  const nginx = await findNginx(isTaken);
  const here: Here = {
    prometheus,
    alertmanager: prometheus === undefined ? undefined : alertmanager,
    blackbox: prometheus === undefined ? undefined : placeOf(tools.blackbox),
    node: prometheus === undefined ? undefined : placeOf(tools.node),
    nginxExporter: findTool("prometheus-nginx-exporter"),
    nginx: typeof nginx === "string" ? undefined : nginx,
  };
  const missing = (program: string | undefined, name: string): string => (program === undefined ? name : "");
  const wanted: readonly (readonly [what: string, needs: string])[] = [
    ["metrics in Prometheus", missing(prometheus, "prometheus")],
    [
      "alert",
      [missing(prometheus, "prometheus"), missing(alertmanager, "prometheus-alertmanager")]
        .filter(Boolean)
        .join(" and "),
    ],
    ["probes", missing(here.blackbox, "prometheus-blackbox-exporter")],
    ["the machine's metrics", missing(here.node, "prometheus-node-exporter")],
    ["balancer", typeof nginx === "string" ? nginx : ""],
    [
      "nginx's own metrics",
      here.nginx === undefined || prometheus === undefined
        ? ""
        : missing(here.nginxExporter, "prometheus-nginx-exporter"),
    ],
  ];
  return {
    here,
    parts: {
      prometheus: prometheus !== undefined,
      alertmanager: here.alertmanager !== undefined,
      blackbox: here.blackbox !== undefined,
      node: here.node !== undefined,
      edge: here.nginx !== undefined,
    },
    notShown: wanted.flatMap(([what, needs]) => (needs === "" ? [] : [{ what, needs }])),
  };
}

/** Ports of a balancer's two exporters, which no inventory moves. */
const exporterPorts = [9113, 9741];

/** nginx and its root, or what it would need. */
async function findNginx(isTaken: (port: number) => Promise<boolean>): Promise<Here["nginx"] | string> {
  const [program, unshare] = [placeOf(tools.nginx), placeOf(tools.unshare)];
  if (program === undefined) return "nginx";
  if (!existsSync("/etc/nginx/mime.types")) return "nginx as its package installs it, with /etc/nginx/mime.types";
  if (unshare === undefined) return "unshare";
  for (const port of exporterPorts)
    if (await isTaken(port)) return `port ${port}, which another process has (ss -tlnp | grep :${port} shows which)`;
  for (const flags of process.getuid?.() === 0 ? [["-m"]] : [["-rm"]])
    if ((await runTool(unshare, [...flags, "true"], { cwd: "/", timeoutMs: 5_000 })).exitCode === 0)
      return { program, unshare, flags };
  return "root, or unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone=1)";
}
