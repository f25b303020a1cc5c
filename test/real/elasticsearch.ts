import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { archivePath, type ElasticsearchRelease, javaHome } from "./elasticsearch-releases.ts";
import { freePort } from "./lab/bench.ts";
import { end } from "./lab/place.ts";
import { eventually, get } from "./lab/waiting.ts";

export interface Elasticsearch {
  readonly url: string;
  readonly version: string;
  /** Asks, and gives the answer's JSON; throws unless it is 2xx. */
  readonly ask: (method: string, path: string, body?: unknown) => Promise<unknown>;
  /** Documents of an index or data stream, after a refresh. */
  readonly count: (index: string) => Promise<number>;
  /** Ends it and removes its files. */
  readonly stop: () => Promise<void>;
}

/** Elasticsearch refuses to be root. */
const user = 61_234;

/** Not needed by any test, and a third of its size. */
const modulesLeftOut = ["x-pack-inference", "x-pack-geoip-enterprise-downloader", "old-lucene-versions"];

/** On an idle machine 20; on a busy one with half a core it has taken two minutes. */
const startSeconds = 280;

/** Unpacks and starts a server of its own on loopback, without security; it takes 20 to 50 s. Extra settings by name. */
export async function startElasticsearch(
  release: ElasticsearchRelease,
  settings: Readonly<Record<string, string>> = {},
): Promise<Elasticsearch> {
  const java = javaHome(release);
  if (java === undefined) throw new Error(`Elasticsearch ${release.version} needs Java ${release.java} or newer`);
  const folder = mkdtempSync(join(tmpdir(), "elasticsearch-"));
  const url = `http://127.0.0.1:${await freePort()}`;
  let child: ChildProcess | undefined;
  const stop = async (): Promise<void> => {
    if (child !== undefined) await end(child, 20_000);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const home = unpack(release, folder);
    const config = await configure(home, folder, { "http.port": new URL(url).port, ...settings });
    child = launch({ release, java, home, config, folder });
    const running = child;
    await eventually(async () => {
      if (running.exitCode !== null) throw new Error(`Elasticsearch has ended: ${logOf(folder)}`);
      await get(`${url}/_cluster/health?wait_for_status=yellow&timeout=1s`);
    }, startSeconds).catch((error: unknown) => {
      throw new Error(`Elasticsearch ${release.version} does not start: ${logOf(folder)}`, { cause: error });
    });
  } catch (error) {
    await stop();
    throw error;
  }
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  return {
    url,
    version: release.version,
    ask,
    async count(index) {
      await ask("POST", `/${index}/_refresh`);
      const found = await ask("GET", `/${index}/_count`);
      return typeof found === "object" && found !== null && "count" in found ? Number(found.count) : Number.NaN;
    },
    stop,
  };
}

/** Gives the server's home. */
function unpack(release: ElasticsearchRelease, folder: string): string {
  const top = `sonarqube-${release.archive}/elasticsearch`;
  const leftOut = modulesLeftOut.map((name) => `${top}/modules/${name}/*`);
  execFileSync("unzip", ["-q", archivePath(release), `${top}/*`, "-x", ...leftOut, "-d", folder]);
  chmodSync(folder, 0o711);
  return join(folder, top);
}

async function configure(home: string, folder: string, settings: Readonly<Record<string, string>>): Promise<string> {
  const config = join(folder, "config");
  cpSync(join(home, "config"), config, { recursive: true });
  for (const name of ["data", "logs", "tmp"]) mkdirSync(join(folder, name));
  const all = {
    "discovery.type": "single-node",
    "network.host": "127.0.0.1",
    "transport.port": await freePort(),
    "path.data": join(folder, "data"),
    "path.logs": join(folder, "logs"),
    "xpack.security.enabled": "false",
    // The fullness of this machine's disk is no part of any test.
    "cluster.routing.allocation.disk.threshold_enabled": "false",
    ...settings,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\n`);
  writeFileSync(join(config, "elasticsearch.yml"), lines.join(""));
  if (process.getuid?.() === 0)
    for (const name of ["config", "data", "logs", "tmp"])
      execFileSync("chown", ["-R", `${user}:${user}`, join(folder, name)]);
  return config;
}

interface Launch {
  readonly release: ElasticsearchRelease;
  readonly java: string;
  readonly home: string;
  readonly config: string;
  readonly folder: string;
}

/** Starts the launcher, which starts the server and ends with it; the server ends when its launcher is gone. */
function launch({ release, java, home, config, folder }: Launch): ChildProcess {
  const [classPath, main] =
    release.major === 8
      ? [`${home}/lib/*:${home}/lib/cli-launcher/*`, "org.elasticsearch.launcher.CliToolLauncher"]
      : [`${home}/lib/tools/server-launcher/*`, "org.elasticsearch.server.launcher.ServerLauncher"];
  const properties = {
    "cli.name": "server",
    "cli.script": `${home}/bin/elasticsearch`,
    "cli.libs": "lib/tools/server-cli",
    "es.path.home": home,
    "es.path.conf": config,
    "es.distribution.type": "zip",
    "es.java.type": "ES_JAVA_HOME",
  };
  const binary = join(java, "bin/java");
  const small = ["-Xms4m", "-Xmx64m", "-XX:+UseSerialGC"];
  const argv = [
    binary,
    ...small,
    ...Object.entries(properties).map(([name, value]) => `-D${name}=${value}`),
    "-cp",
    classPath,
    main,
  ];
  // Whatever becomes of the tests: the launcher dies with them.
  const drop = process.getuid?.() === 0 ? [`--reuid=${user}`, `--regid=${user}`, "--clear-groups"] : [];
  return spawn("setpriv", [...drop, "--pdeathsig=KILL", ...argv], {
    cwd: home,
    stdio: ["ignore", "ignore", "ignore"],
    env: {
      PATH: process.env["PATH"],
      JAVA: binary,
      ES_HOME: home,
      ES_PATH_CONF: config,
      ES_JAVA_HOME: java,
      JAVA_TYPE: "ES_JAVA_HOME",
      ES_DISTRIBUTION_TYPE: "zip",
      ES_TMPDIR: join(folder, "tmp"),
      ES_JAVA_OPTS: "-Xms512m -Xmx512m -XX:TieredStopAtLevel=1",
      CLI_JAVA_OPTS: small.join(" "),
    },
  });
}

function logOf(folder: string): string {
  const logs = join(folder, "logs");
  const files = readdirSync(logs).filter((name) => name.endsWith(".log") && !name.startsWith("gc"));
  return files.map((name) => readFileSync(join(logs, name), "utf8").slice(-2_000)).join("\n");
}
