import { spawnSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { findTool } from "../../src/io/tools.ts";

/** Debian packages of the real tools, by a program or file that tells whether they are there. */
const packages: Readonly<Record<string, string>> = {
  prometheus: "prometheus",
  promtool: "prometheus",
  "prometheus-alertmanager": "prometheus-alertmanager",
  amtool: "prometheus-alertmanager",
  "prometheus-node-exporter": "prometheus-node-exporter",
  "prometheus-blackbox-exporter": "prometheus-blackbox-exporter",
  "prometheus-nginx-exporter": "prometheus-nginx-exporter",
  "prometheus-mysqld-exporter": "prometheus-mysqld-exporter",
  "prometheus-redis-exporter": "prometheus-redis-exporter",
  nginx: "nginx-light",
  "/usr/lib/nginx/modules/ngx_http_modsecurity_module.so": "libnginx-mod-http-modsecurity",
  "/usr/share/modsecurity-crs/rules": "modsecurity-crs",
  "redis-server": "redis-server",
  mariadbd: "mariadb-server",
  ip: "iproute2",
  openssl: "openssl",
  keepalived: "keepalived",
  tcpdump: "tcpdump",
  logrotate: "logrotate",
  "systemd-tmpfiles": "systemd",
  "systemd-analyze": "systemd",
};

/** Tools are installed in CI, and elsewhere only where STACKWRIGHT_INSTALL_TOOLS=1 says so. */
export function mayInstall(): boolean {
  return process.env["CI"] === "true" || process.env["STACKWRIGHT_INSTALL_TOOLS"] === "1";
}

/** Installs what is missing by apt-get, without starting any service. Needs root; throws what apt-get says. */
export function installTools(): void {
  const missing = [...new Set(Object.entries(packages).flatMap(([tool, name]) => (isHere(tool) ? [] : [name])))];
  if (missing.length === 0) return;
  process.stderr.write(`installing ${missing.join(" ")}\n`);
  const policy = "/usr/sbin/policy-rc.d";
  const ours = !existsSync(policy);
  if (ours) writeFileSync(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    apt(["update", "-qq"]);
    apt(["install", "-y", "-qq", "--no-install-recommends", ...missing]);
  } finally {
    if (ours) rmSync(policy);
  }
}

function isHere(tool: string): boolean {
  return tool.startsWith("/") ? existsSync(tool) : findTool(tool) !== undefined;
}

function apt(args: readonly string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const { status, stderr } = spawnSync("apt-get", args, { env, stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" });
  if (status !== 0) throw new Error(`apt-get ${args[0]} failed: ${stderr.trim()}`);
}
