/** A unit of systemd, as far as the stand-in honours it. */
export interface Unit {
  readonly name: string;
  readonly type: "simple" | "exec" | "forking" | "notify" | "oneshot";
  readonly pidFile: string | undefined;
  readonly environmentFiles: readonly { readonly path: string; readonly isOptional: boolean }[];
  readonly environment: Readonly<Record<string, string>>;
  readonly commands: Readonly<Record<CommandKey, readonly Command[]>>;
  readonly restart: "no" | "on-failure" | "on-abnormal" | "always";
  readonly restartMs: number;
  readonly killMode: "control-group" | "mixed" | "process";
  readonly startTimeoutMs: number;
  readonly stopTimeoutMs: number;
  /** At most `burst` starts within `intervalMs`; 0 for no limit. */
  readonly startLimit: { readonly intervalMs: number; readonly burst: number };
  /** Folders below /run that are there while the unit runs. */
  readonly runtimeDirectories: readonly string[];
  readonly runtimeDirectoryMode: number;
  /** The unit is left alone where one of these files is missing or empty. */
  readonly filesNotEmpty: readonly string[];
}

export const commandKeys = [
  ...(["ExecStartPre", "ExecStart", "ExecStartPost", "ExecReload", "ExecStop", "ExecStopPost"] as const),
];
export type CommandKey = (typeof commandKeys)[number];

/** One command line, split into words; variables are not filled in yet. */
export interface Command {
  readonly words: readonly string[];
  /** Written with `-`: its failure is none. */
  readonly mayFail: boolean;
}

/** Keys that order units or describe them: they say nothing about one unit that is started by hand. */
const withoutEffect = new Set([
  ...["Unit.Description", "Unit.Documentation", "Unit.After", "Unit.Before", "Unit.Wants", "Unit.PartOf"],
  ...["Install.WantedBy", "Install.Alias"],
]);

type Values = ReadonlyMap<string, readonly string[]>;

/**
 * Reads a unit from its file and its drop-ins, in that order. Throws on every key that the stand-in does not honour, so
 * that nobody believes what was not tried; `leftOut` are keys (`Service.NAME`) that a test leaves out knowingly.
 */
export function readUnit(name: string, texts: readonly string[], leftOut: readonly string[] = []): Unit {
  const values = assignments(name, texts, new Set([...withoutEffect, ...leftOut]));
  const left = new Set(values.keys());
  const all = (key: string): readonly string[] => {
    left.delete(key);
    return values.get(key) ?? [];
  };
  const one = (key: string): string | undefined => all(key).at(-1);
  const choice = <Choice extends string>(key: string, choices: readonly Choice[], fallback: Choice): Choice => {
    const written = one(key) ?? fallback;
    const found = choices.find((each) => each === written);
    if (found === undefined) throw new Error(`${name}: the stand-in knows no ${key}=${written}`);
    return found;
  };
  const commands = (key: CommandKey): readonly Command[] =>
    all(`Service.${key}`).map((line) => readCommand(name, line));
  const unit: Unit = {
    name,
    type: choice("Service.Type", ["simple", "exec", "forking", "notify", "oneshot"], "simple"),
    pidFile: one("Service.PIDFile"),
    environmentFiles: all("Service.EnvironmentFile").map((path) => ({
      path: path.replace(/^-/, ""),
      isOptional: path.startsWith("-"),
    })),
    environment: Object.fromEntries(all("Service.Environment").flatMap((line) => split(line).map(assignment))),
    commands: {
      ExecStartPre: commands("ExecStartPre"),
      ExecStart: commands("ExecStart"),
      ExecStartPost: commands("ExecStartPost"),
      ExecReload: commands("ExecReload"),
      ExecStop: commands("ExecStop"),
      ExecStopPost: commands("ExecStopPost"),
    },
    restart: choice("Service.Restart", ["no", "on-failure", "on-abnormal", "always"], "no"),
    restartMs: milliseconds(one("Service.RestartSec") ?? "100ms"),
    killMode: choice("Service.KillMode", ["control-group", "mixed", "process"], "control-group"),
    startTimeoutMs: milliseconds(one("Service.TimeoutStartSec") ?? "90s"),
    stopTimeoutMs: milliseconds(one("Service.TimeoutStopSec") ?? "90s"),
    startLimit: {
      intervalMs: milliseconds(one("Unit.StartLimitIntervalSec") ?? "10s"),
      burst: Number(one("Unit.StartLimitBurst") ?? 5),
    },
    runtimeDirectories: all("Service.RuntimeDirectory").flatMap(split),
    runtimeDirectoryMode: Number.parseInt(one("Service.RuntimeDirectoryMode") ?? "0755", 8),
    filesNotEmpty: all("Unit.ConditionFileNotEmpty"),
  };
  if (left.size > 0) throw new Error(`${name}: the stand-in does not honour ${[...left].join(", ")}`);
  if (unit.commands.ExecStart.length === 0) throw new Error(`${name} has no ExecStart`);
  return unit;
}

/** `SECTION.KEY` → its values in order; an empty one takes back all before it. */
function assignments(name: string, texts: readonly string[], ignored: ReadonlySet<string>): Values {
  const values = new Map<string, string[]>();
  for (const text of texts) {
    let section = "";
    for (const line of text
      .replaceAll(/\\\n\s*/g, " ")
      .split("\n")
      .map((each) => each.trim())) {
      if (line === "" || line.startsWith("#") || line.startsWith(";")) continue;
      const head = /^\[(\w+)\]$/.exec(line)?.[1];
      const [, key, value] = /^(\w+)\s*=\s*(.*)$/.exec(line) ?? [];
      if (head !== undefined) section = head;
      else if (key === undefined || value === undefined) throw new Error(`${name}: this is no assignment: ${line}`);
      else if (!ignored.has(`${section}.${key}`))
        values.set(`${section}.${key}`, value === "" ? [] : [...(values.get(`${section}.${key}`) ?? []), value]);
    }
  }
  return values;
}

function readCommand(unit: string, line: string): Command {
  const [, prefix = "", rest = ""] = /^([-+@:!|]*)(.*)$/.exec(line) ?? [];
  // "+" lifts User= and sandboxes, of which the stand-in has none.
  if (/[^-+]/.test(prefix)) throw new Error(`${unit}: the stand-in knows no command that begins with ${prefix}`);
  if (/%(?!%)/.test(rest)) throw new Error(`${unit}: the stand-in fills in no specifiers: ${line}`);
  return { words: split(rest.replaceAll("%%", "%")), mayFail: prefix.includes("-") };
}

/** Words of a line, as systemd splits them: quotes around a word or a part of it, backslashes before special characters. */
export function split(line: string): readonly string[] {
  return [...line.matchAll(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')+/g)].map(([word]) =>
    word.replaceAll(
      /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|\\(.)/g,
      (_, double?: string, single?: string, one?: string) =>
        one === undefined ? (double ?? single ?? "").replaceAll(/\\(.)/g, "$1") : one,
    ),
  );
}

function assignment(text: string): readonly [string, string] {
  const at = text.indexOf("=");
  return [text.slice(0, at), text.slice(at + 1)];
}

/** A time span of systemd in ms; a bare number is seconds. */
function milliseconds(text: string): number {
  if (text === "infinity") return 2 ** 31 - 1;
  const scale: Readonly<Record<string, number>> = { ms: 1, s: 1000, sec: 1000, min: 60_000, "": 1000 };
  return [...text.matchAll(/([0-9.]+)\s*([a-z]*)/g)].reduce((sum, [, number, unit = ""]) => {
    const factor = scale[unit];
    if (factor === undefined) throw new Error(`the stand-in knows no time span ${text}`);
    return sum + Number(number) * factor;
  }, 0);
}
