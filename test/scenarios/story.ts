import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** A story of the command line: files that are there at first, then commands with what they have to print. */
export interface Story {
  readonly title: string;
  /** Programs without which it cannot be told. */
  readonly needs: readonly string[];
  readonly files: readonly { readonly name: string; readonly content: string }[];
  readonly steps: readonly Step[];
}

export interface Step {
  readonly command: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

/** What a command printed, and how it ended. */
export type Outcome = Omit<Step, "command">;

/**
 * Reads a story: `# TITLE`, `--- needs PROGRAM`, `--- file NAME`, then for each step `$ COMMAND` with `--- stdout`,
 * `--- stderr` and `--- exit N`. What is left out is empty, and 0.
 */
export function readStory(text: string): Story {
  const files: { name: string; content: string }[] = [];
  const needs: string[] = [];
  const steps: { -readonly [Key in keyof Step]: Step[Key] }[] = [];
  let title = "";
  let put: (line: string) => void = (line) => {
    if (line.startsWith("# ")) title = line.slice(2).trim();
  };
  for (const line of text.split(/(?<=\n)/)) {
    const [, word, argument = ""] = /^--- (needs|file|stdout|stderr|exit)(?: (.*))?\n/.exec(line) ?? [];
    const step = steps.at(-1);
    if (line.startsWith("$ ")) {
      steps.push({ command: line.slice(2).trim(), stdout: "", stderr: "", exit: 0 });
      put = () => {};
    } else if (word === "needs") needs.push(argument);
    else if (word === "file") {
      const file = { name: argument, content: "" };
      files.push(file);
      put = (more) => {
        file.content += more;
      };
    } else if (step !== undefined && word === "exit") step.exit = Number(argument);
    else if (step !== undefined && (word === "stdout" || word === "stderr")) {
      put = (more) => {
        step[word] += more;
      };
    } else put(line);
  }
  return { title, needs, files, steps };
}

/** Lays out the files of a story in an empty folder. */
export function layOut(story: Story, folder: string): void {
  for (const { name, content } of story.files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

const checkout = fileURLToPath(new URL("../..", import.meta.url));
const bundleFolder = join(checkout, `node_modules/.cache/stackwright-bundle-${process.pid}`);
/** The bundle, which starts faster than the sources. Each process has its own, so that nobody builds under another's feet. */
export const bundle = join(bundleFolder, "main.js");

/** Bundles the sources. */
export function buildBundle(): void {
  const { status, stderr } = spawnSync(process.execPath, ["build.ts", bundleFolder], {
    cwd: checkout,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the bundle cannot be built: ${stderr}`);
}

export function removeBundle(): void {
  rmSync(bundleFolder, { recursive: true, force: true });
}

/** Runs a command line in a shell that knows `stackwright`, without terminal and colour, and with the folder's name out of what it prints. */
export function runStep({ command }: Pick<Step, "command">, folder: string): Promise<Outcome> {
  const options = {
    cwd: folder,
    timeout: 60_000,
    env: {
      PATH: process.env["PATH"],
      NODE: process.execPath,
      BUNDLE: bundle,
      HOME: folder,
      XDG_CACHE_HOME: join(checkout, "node_modules/.cache"),
      TZ: "UTC",
    },
  };
  const clean = (text: string): string => text.replaceAll(folder, "FOLDER");
  const shell = `stackwright() { "$NODE" "$BUNDLE" "$@"; }\n${command}`;
  return new Promise((resolve) => {
    const child = execFile("/bin/sh", ["-c", shell], options, (_error, stdout, stderr) =>
      resolve({ stdout: clean(stdout), stderr: clean(stderr), exit: child.exitCode ?? 128 }),
    );
    child.stdin?.end();
  });
}

/** The expected text as an expression: `<*>` stands for any part of a line, a line of `...` for any lines. */
export function pattern(expected: string): RegExp {
  const lines = expected
    .split("\n")
    .map((line) => (line === "..." ? "(?:.*\\n)*?" : `${line.split("<*>").map(escaped).join(".*")}\\n`));
  return new RegExp(`^${lines.join("").slice(0, -2)}$`);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
