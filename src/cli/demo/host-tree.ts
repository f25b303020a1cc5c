import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Artifact } from "../../artifact/artifact.ts";

/** What was generated for a host, laid out below a folder as it would lie on the host itself. */
export interface HostTree {
  /** Where an absolute path of the host is here. */
  readonly path: (path: string) => string;
  /** Variables of an environment file; none where there is no such file. */
  readonly environment: (path: string) => Readonly<Record<string, string>>;
  /**
   * What systemd would start for a unit, with its files here: the last `ExecStart` of our file or drop-in with variables
   * filled in; without one, the unit's own program with `$ARGS`.
   */
  readonly command: (unit: string) => readonly string[];
}

/** Folders of a host that are ours to write to. */
const ownFolders = /(^|=)(\/(?:etc|var\/lib|var\/log|run)\/)/;

/** Lays out everything that goes to a host; `edit` may change a file on the way. */
export function layOutHost(
  artifacts: readonly Artifact[],
  host: string,
  root: string,
  edit: (path: string, content: string) => string,
): HostTree {
  const here = (path: string): string => join(root, path);
  for (const { content, installs } of artifacts)
    for (const install of installs) {
      if (install.host !== host) continue;
      mkdirSync(dirname(here(install.path)), { recursive: true });
      writeFileSync(here(install.path), edit(install.path, content));
    }
  const environment = (path: string): Readonly<Record<string, string>> =>
    existsSync(here(path)) ? readVariables(readFileSync(here(path), "utf8")) : {};
  return {
    path: here,
    environment,
    command: (unit) => {
      const folder = "/etc/systemd/system";
      const files = [`${folder}/${unit}.service`, `${folder}/${unit}.service.d/stackwright.conf`].map(here);
      const lines = files
        .filter((file) => existsSync(file))
        .flatMap((file) => readFileSync(file, "utf8").split("\n"))
        .flatMap((line) => /^ExecStart=(.+)$/.exec(line)?.[1] ?? []);
      const values = { ...environment("/etc/stackwright/host.env"), ...environment(`/etc/default/${unit}`) };
      return words(lines.at(-1) ?? `/usr/bin/${unit} $ARGS`)
        .flatMap((word) => fillIn(word, values))
        .map((word, index) => (index === 0 ? word : word.replace(ownFolders, `$1${root}$2`)));
    },
  };
}

/** Files of variables as we print them: one a line, in double quotes. */
function readVariables(text: string): Readonly<Record<string, string>> {
  const lines = text.split("\n").flatMap((line) => {
    const [, name = "", value = ""] = /^(\w+)="(.*)"$/.exec(line) ?? [];
    return name === "" ? [] : [[name, value.replaceAll(/\\(.)/g, "$1")] as const];
  });
  return Object.fromEntries(lines);
}

function fillIn(word: string, values: Readonly<Record<string, string>>): readonly string[] {
  const whole = /^\$(\w+)$/.exec(word)?.[1];
  if (whole !== undefined) return words(values[whole] ?? "");
  return [word.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => values[name] ?? "").replaceAll("$$", "$")];
}

/** Words parted by blanks; double quotes hold one together. */
function words(text: string): readonly string[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, plain]) =>
    quoted === undefined ? (plain ?? "") : quoted.replaceAll(/\\(.)/g, "$1"),
  );
}
