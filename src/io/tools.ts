import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { execa } from "execa";

/** A real tool that judges what we generate. */
export interface Tool {
  readonly name: string;
  /** What it is for. */
  readonly purpose: string;
  /** How to get it on Debian; elsewhere under the same name. */
  readonly install: string;
  readonly versionArguments: readonly string[];
  /** Where it may be, for what is no program. */
  readonly files?: readonly string[];
}

export const tools = {
  promtool: {
    name: "promtool",
    purpose: "judges Prometheus configs and rules, runs their unit tests",
    install: "apt-get install prometheus",
    versionArguments: ["--version"],
  },
  amtool: {
    name: "amtool",
    purpose: "judges Alertmanager configs and walks routes",
    install: "apt-get install prometheus-alertmanager",
    versionArguments: ["--version"],
  },
  prometheus: {
    name: "prometheus",
    purpose: "scrapes and evaluates",
    install: "apt-get install prometheus",
    versionArguments: ["--version"],
  },
  alertmanager: {
    name: "prometheus-alertmanager",
    purpose: "notifies",
    install: "apt-get install prometheus-alertmanager",
    versionArguments: ["--version"],
  },
  blackbox: {
    name: "prometheus-blackbox-exporter",
    purpose: "probes from outside; judges blackbox.yml",
    install: "apt-get install prometheus-blackbox-exporter",
    versionArguments: ["--version"],
  },
  node: {
    name: "prometheus-node-exporter",
    purpose: "metrics of a Linux host",
    install: "apt-get install prometheus-node-exporter",
    versionArguments: ["--version"],
  },
  nginx: {
    name: "nginx",
    purpose: "balances and serves; judges the balancers' configs",
    install: "apt-get install nginx",
    versionArguments: ["-v"],
  },
  modsecurity: {
    name: "nginx-modsecurity",
    purpose: "the web application firewall in nginx",
    install: "apt-get install libnginx-mod-http-modsecurity",
    versionArguments: [],
    files: [
      "/usr/lib/nginx/modules/ngx_http_modsecurity_module.so",
      "/usr/lib64/nginx/modules/ngx_http_modsecurity_module.so",
    ],
  },
  coreRuleSet: {
    name: "core-rule-set",
    purpose: "the rules of the web application firewall",
    install: "apt-get install modsecurity-crs",
    versionArguments: [],
    files: ["/usr/share/modsecurity-crs/rules/REQUEST-901-INITIALIZATION.conf"],
  },
  unshare: {
    name: "unshare",
    purpose: "lets nginx judge a config without touching this machine",
    install: "apt-get install util-linux",
    versionArguments: ["--version"],
  },
  openssl: {
    name: "openssl",
    purpose: "makes certificates that stand for the real ones while nginx judges",
    install: "apt-get install openssl",
    versionArguments: ["version"],
  },
  keepalived: {
    name: "keepalived",
    purpose: "moves virtual IPs",
    install: "apt-get install keepalived",
    versionArguments: ["--version"],
  },
  tcpdump: {
    name: "tcpdump",
    purpose: "hears which VRRP clusters are on a segment (doctor --vrid)",
    install: "apt-get install tcpdump",
    versionArguments: ["--version"],
  },
} as const satisfies Record<string, Tool>;

/** Where a tool is, on PATH or in the folders that only root has on it; undefined where it is not here. */
export function findTool(name: string, path: string = process.env["PATH"] ?? ""): string | undefined {
  for (const folder of [...path.split(delimiter), "/usr/sbin", "/sbin"]) {
    if (folder === "") continue;
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

/** Where a tool of the list is; undefined where it is not here. */
export function placeOf(tool: Tool): string | undefined {
  return tool.files === undefined ? findTool(tool.name) : tool.files.find((file) => existsSync(file));
}

/** What a tool printed, and how it ended. */
export interface ToolRun {
  readonly exitCode: number;
  readonly output: string;
}

/** Runs a tool to its end, at most `timeoutMs`. Its two outputs are one text, as a person would see them. */
export async function runTool(
  file: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly timeoutMs: number },
): Promise<ToolRun> {
  const result = await execa(file, args, {
    cwd: options.cwd,
    timeout: options.timeoutMs,
    reject: false,
    all: true,
    stdin: "ignore",
  });
  if (result.timedOut)
    return { exitCode: 124, output: `${result.all ?? ""}\nstopped after ${options.timeoutMs / 1000} s` };
  return { exitCode: result.exitCode ?? 127, output: result.all ?? "" };
}

/** The version that a tool prints of itself; undefined where it prints none. */
export async function toolVersion(file: string, tool: Tool): Promise<string | undefined> {
  if (tool.versionArguments.length === 0) return undefined;
  const { output } = await runTool(file, tool.versionArguments, { cwd: "/", timeoutMs: 10_000 });
  return /(?<![0-9.])[0-9]+\.[0-9]+(?:\.[0-9]+)?/.exec(output)?.[0];
}
