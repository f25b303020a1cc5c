import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { BuildResult } from "../../src/pipeline/build.ts";

/** Files below a folder, with the folders that they need. */
export function layOut(root: string, files: readonly { readonly path: string; readonly content: string }[]): void {
  for (const { path, content } of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

/** What stands on the Prometheus and Alertmanager hosts, by host, with an empty file for each secret. Gives the configs. */
export function layOutHosts(
  root: string,
  { artifacts, secrets }: Pick<BuildResult, "artifacts" | "secrets">,
): { readonly prometheus: readonly string[]; readonly alertmanager: readonly string[] } {
  const files = artifacts.flatMap((artifact) =>
    artifact.installs
      .filter(({ path }) => path.startsWith("/etc/prometheus/"))
      .map(({ host, path }) => ({ path: `${host}${path}`, content: artifact.content })),
  );
  layOut(root, [...secrets.map(({ host, path }) => ({ path: `${host}${path}`, content: "" })), ...files]);
  const ending = (name: string): readonly string[] =>
    files.map(({ path }) => path).filter((path) => path.endsWith(name));
  return {
    prometheus: ending("/etc/prometheus/prometheus.yml"),
    alertmanager: ending("/etc/prometheus/alertmanager.yml"),
  };
}

export interface Said {
  readonly status: number | null;
  readonly stdout: string;
  /** Both streams, as they came. */
  readonly output: string;
}

/** A tool with many files at once: starting it is dearer than a file. */
export function run(
  tool: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Said> {
  return new Promise((resolve, reject) => {
    const child = spawn(tool, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    let [stdout, output] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      stdout += chunk;
      output += chunk;
    });
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
    child.on("error", reject).on("close", (status) => resolve({ status, stdout, output }));
  });
}

/** The lines of an output that speak of a failure, with what follows them. */
export function failures({ output }: Said): string {
  return output
    .split(/^(?=Checking |Unit Testing:)/m)
    .filter((part) => !/SUCCESS/.test(part) || /FAILED|error/i.test(part))
    .join("")
    .slice(0, 4000);
}
