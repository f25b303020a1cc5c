import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { freePort } from "./lab/bench.ts";
import { end } from "./lab/place.ts";
import { eventually, get } from "./lab/waiting.ts";

export const appNames = ["menu", "order", "danmu", "gateway"] as const;
export type AppName = (typeof appNames)[number];

/** One of the sample applications as a process. */
export interface RunningApp {
  readonly url: string;
  readonly child: ChildProcess;
  /** Lines of its log that parse as JSON. */
  readonly log: () => readonly Record<string, unknown>[];
  /** Everything it wrote, for a message about a failure. */
  readonly output: () => string;
  /** Sends SIGTERM, and gives the exit code and how long it took. */
  readonly stop: () => Promise<{ readonly code: number | null; readonly ms: number }>;
}

export interface Platform {
  readonly apps: Readonly<Record<AppName, RunningApp>>;
  /** Puts a fault into an application. */
  readonly inject: (name: AppName, fault: unknown) => Promise<void>;
  readonly clear: () => Promise<void>;
}

export interface PlatformOptions {
  /** Whether the telemetry library is loaded before the application. */
  readonly preload?: boolean;
  readonly environment?: (name: AppName, port: number) => Readonly<Record<string, string>>;
}

/** Nobody listens for spans or comes for metrics, unless a test says so. */
const nowhere = { OTEL_TRACES_EXPORTER: "none", OTEL_METRICS_EXPORTER: "none" };

/** Starts all four on free ports of loopback, and waits until each answers. */
export async function startPlatform({ preload = false, environment }: PlatformOptions = {}): Promise<Platform> {
  const ports = new Map<AppName, number>();
  for (const name of appNames) ports.set(name, await freePort());
  const urlOf = (name: AppName): string => `http://127.0.0.1:${ports.get(name)}`;
  const start = (name: AppName): Promise<RunningApp> =>
    startApp(name, urlOf(name), {
      preload,
      environment: {
        PORT: String(ports.get(name)),
        UPSTREAM_MENU: urlOf("menu"),
        UPSTREAM_ORDER: urlOf("order"),
        UPSTREAM_DANMU: urlOf("danmu"),
        ...nowhere,
        ...environment?.(name, ports.get(name) ?? 0),
      },
    });
  const running = await Promise.allSettled([start("menu"), start("order"), start("danmu"), start("gateway")]);
  const [menu, order, danmu, gateway] = running.map((each) => (each.status === "fulfilled" ? each.value : undefined));
  if (menu === undefined || order === undefined || danmu === undefined || gateway === undefined) {
    await Promise.all([menu, order, danmu, gateway].map((app) => app && end(app.child)));
    throw running.find((each) => each.status === "rejected")?.reason;
  }
  const apps = { menu, order, danmu, gateway };
  return {
    apps,
    async inject(name, fault) {
      const answer = await fetch(`${apps[name].url}/-/faults`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(fault),
      });
      if (!answer.ok) throw new Error(`no fault: ${await answer.text()}`);
    },
    async clear() {
      await Promise.all(Object.values(apps).map(({ child }) => end(child)));
    },
  };
}

/** What an application is started with: sources of the workspaces, types stripped where Node does not do it by itself. */
export function nodeArguments(script: string, preload: boolean): string[] {
  return [
    "--conditions=stackwright-source",
    "--experimental-strip-types",
    "--disable-warning=ExperimentalWarning",
    ...(preload ? ["--import", "@stackwright/telemetry/register"] : []),
    resolve(script),
  ];
}

interface Starting {
  readonly preload: boolean;
  readonly environment: Readonly<Record<string, string>>;
}

async function startApp(name: AppName, url: string, { preload, environment }: Starting): Promise<RunningApp> {
  const child = spawn(process.execPath, nodeArguments(`apps/${name}/src/main.ts`, preload), {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  try {
    await eventually(async () => {
      if (child.exitCode === null) await get(`${url}/livez`);
    }, 60);
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
  } catch (error) {
    await end(child);
    throw new Error(`${name} does not start: ${output}`, { cause: error });
  }
  return {
    url,
    child,
    output: () => output,
    log: () => output.split("\n").flatMap(recordIn),
    async stop() {
      const started = performance.now();
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      await gone;
      return { code: child.exitCode, ms: performance.now() - started };
    },
  };
}

function recordIn(line: string): readonly Record<string, unknown>[] {
  if (!line.startsWith("{")) return [];
  const record: unknown = JSON.parse(line);
  return typeof record === "object" && record !== null ? [{ ...record }] : [];
}
