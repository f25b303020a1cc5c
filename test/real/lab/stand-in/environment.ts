import { existsSync, readFileSync } from "node:fs";
import { split, type Unit } from "./unit-file.ts";

/** Variables that the commands of a unit see. Throws where a file of theirs is missing that must be there. */
export function environmentOf(
  { name, environment, environmentFiles }: Unit,
  around: {
    readonly path: (path: string) => string;
    readonly mainPid: number | undefined;
    /** How the daemon ended, where it has. */
    readonly result: string | undefined;
  },
): Readonly<Record<string, string>> {
  const { path, mainPid, result } = around;
  const files = environmentFiles.map((file) => {
    if (existsSync(path(file.path))) return readFileSync(path(file.path), "utf8");
    if (file.isOptional) return "";
    throw new Error(`${name}: EnvironmentFile ${file.path} is missing`);
  });
  const written = files
    .join("\n")
    .split("\n")
    .flatMap((line) => {
      const [, key, value] = /^(\w+)=(.*)$/.exec(line.trim()) ?? [];
      return key === undefined || value === undefined ? [] : [[key, value.replace(/^(["'])(.*)\1$/, "$2")] as const];
    });
  return {
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin",
    ...environment,
    ...Object.fromEntries(written),
    ...(mainPid !== undefined && { MAINPID: String(mainPid) }),
    ...(result !== undefined && { SERVICE_RESULT: result }),
  };
}

/** `$NAME` alone is as many words as its value has; `${NAME}` is put where it stands. */
export function fillIn(word: string, environment: Readonly<Record<string, string>>): readonly string[] {
  const alone = /^\$(\w+)$/.exec(word)?.[1];
  if (alone !== undefined) return split(environment[alone] ?? "");
  return [
    word.replaceAll(/\$\$|\$\{(\w+)\}/g, (found, name?: string) =>
      found === "$$" ? "$" : (environment[name ?? ""] ?? ""),
    ),
  ];
}
