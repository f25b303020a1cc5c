import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { accessLogVariables } from "../../../signals/access-log.ts";
import type { AccessLogConfig } from "../config.ts";
import { type ConfigNode, filesOf, readNginxConfig } from "./nginx-config.ts";
import type { WafMode } from "./waf-counts.ts";

/** What a config on disk makes the firewall do, by the first name of a site, and the files that say so. */
export interface EngineModes {
  readonly modes: ReadonlyMap<string, WafMode>;
  readonly files: readonly string[];
}

const strength: readonly WafMode[] = ["off", "detect", "block"];

/**
 * Reads what the firewall does on the sites for which the inventory asks for it: of each the weakest of what it does on
 * routes that shall have it. A site without a server in the config has no mode. Throws what the file system throws.
 */
export function readEngineModes(configFile: string, sites: AccessLogConfig["sites"]): EngineModes {
  const { nodes, files } = readNginxConfig(configFile);
  const engines = new Engines(dirname(configFile));
  const http = nodes.filter(({ name }) => name === "http");
  const modes = new Map<string, WafMode>();
  for (const { server_name, routes } of sites) {
    const [site = ""] = server_name;
    const guarded = new Set(routes.filter(({ waf }) => waf !== "off").map(({ path }) => path));
    const found = http.flatMap((outer) =>
      outer.children
        .filter((server) => server.name === "server" && namesOf(server)[0] === site)
        .flatMap((server) => routesOf(server, [server, outer]))
        .filter(({ path }) => guarded.has(path))
        .map(({ levels }) => engines.modeOf(levels)),
    );
    const weakest = strength.find((mode) => found.includes(mode));
    const known = modes.get(site);
    if (weakest !== undefined && (known === undefined || strength.indexOf(weakest) < strength.indexOf(known)))
      modes.set(site, weakest);
  }
  return { modes, files: [...files, ...engines.files] };
}

function namesOf(server: ConfigNode): readonly string[] {
  return server.children.filter(({ name }) => name === "server_name").flatMap(({ args }) => args);
}

/** Locations of routes: they set the variable that the access log names the route by. */
function routesOf(
  node: ConfigNode,
  levels: readonly ConfigNode[],
): readonly { readonly path: string; readonly levels: readonly ConfigNode[] }[] {
  const own = node.children.find(({ name, args }) => name === "set" && args[0] === accessLogVariables.route);
  const inner = node.children
    .filter(({ name }) => name === "location")
    .flatMap((child) => routesOf(child, [child, ...levels]));
  return own?.args[1] === undefined ? inner : [{ path: own.args[1], levels }, ...inner];
}

/** Finds out what ModSecurity does at a place: the innermost level that says something counts. */
class Engines {
  readonly files: string[] = [];
  readonly #folder: string;
  readonly #known = new Map<string, string | undefined>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** `levels`: the innermost first. */
  modeOf(levels: readonly ConfigNode[]): WafMode {
    const switched = levels.flatMap(({ children }) => children.filter(({ name }) => name === "modsecurity"))[0]
      ?.args[0];
    if (switched !== "on") return "off";
    for (const { children } of levels) {
      const said = children.flatMap((each) => this.#saidBy(each) ?? []).at(-1);
      if (said !== undefined) return said === "on" ? "block" : said === "detectiononly" ? "detect" : "off";
    }
    return "off";
  }

  #saidBy({ name, args: [value = ""] }: ConfigNode): string | undefined {
    if (name === "modsecurity_rules") return this.#engineIn(value, this.#folder, 0);
    return name === "modsecurity_rules_file" ? this.#engineOf(resolve(this.#folder, value), 0) : undefined;
  }

  #engineOf(file: string, depth: number): string | undefined {
    if (!this.#known.has(file) && depth < 16) {
      this.#known.set(file, undefined);
      this.files.push(file);
      this.#known.set(file, this.#engineIn(readFileSync(file, "utf8"), dirname(file), depth));
    }
    return this.#known.get(file);
  }

  #engineIn(text: string, folder: string, depth: number): string | undefined {
    let engine: string | undefined;
    for (const [, word = "", value = ""] of text.matchAll(
      /^[ \t]*(SecRuleEngine|Include)[ \t]+"?([^"\r\n]+?)"?[ \t]*$/gim,
    ))
      if (word.toLowerCase() === "secruleengine") engine = value.toLowerCase();
      else for (const file of filesOf(resolve(folder, value))) engine = this.#engineOf(file, depth + 1) ?? engine;
    return engine;
  }
}
