import type { Command, Option } from "commander";

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

interface Entry {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
}

interface CompletedOption {
  readonly flag: string;
  /** `-i`, where it has a short form. */
  readonly short: string | undefined;
  readonly description: string;
  readonly takes: "nothing" | "file" | "folder" | "text" | readonly string[];
}

/** A completion script for a shell, made from the commands themselves. */
export function completion(root: Command, shell: Shell): string {
  const entries = root.commands.map(
    (command): Entry => ({
      name: command.name(),
      summary: command.summary() || command.description(),
      options: command.options.map((option) => ({
        flag: option.long ?? option.flags,
        description: option.description,
        short: option.short,
        takes: takenBy(option),
      })),
    }),
  );
  switch (shell) {
    case "bash":
      return bash(entries);
    case "zsh":
      return zsh(entries);
    case "fish":
      return fish(entries);
  }
}

/** What an option takes follows from its choices, and from the name of its value in the help. */
function takenBy({ required, flags, argChoices }: Option): CompletedOption["takes"] {
  if (!required) return "nothing";
  if (argChoices !== undefined) return argChoices;
  if (flags.endsWith("<file>")) return "file";
  return flags.endsWith("<dir>") ? "folder" : "text";
}

/** `-i|--inventory`, as a pattern of `case`. */
function names({ flag, short }: CompletedOption, between: string): string {
  return short === undefined ? flag : `${short}${between}${flag}`;
}

function bash(entries: readonly Entry[]): string {
  const cases = entries.map(
    (entry) => `    ${entry.name}) words="${entry.options.map((option) => option.flag).join(" ")}" ;;`,
  );
  const values = entries.flatMap(({ name, options }) =>
    options.flatMap((option) =>
      bashValues(option).map((then) => `    ${name}:${names(option, `|${name}:`)}) ${then}; return ;;`),
    ),
  );
  return `# stackwright completion for bash; use it with: source <(stackwright completion bash)
_stackwright() {
  local word=\${COMP_WORDS[COMP_CWORD]} words
  if [ "$COMP_CWORD" -eq 1 ]; then
    mapfile -t COMPREPLY < <(compgen -W "${entries.map((entry) => entry.name).join(" ")}" -- "$word")
    return
  fi
  case \${COMP_WORDS[1]}:\${COMP_WORDS[COMP_CWORD - 1]} in
${values.join("\n")}
  esac
  case \${COMP_WORDS[1]} in
${cases.join("\n")}
    *) words= ;;
  esac
  if [ "\${COMP_WORDS[1]}" = completion ]; then words="${shells.join(" ")}"; fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word"; compgen -f -- "$word")
}
complete -o filenames -F _stackwright stackwright
`;
}

/** How the value of an option is completed. */
function bashValues({ takes }: CompletedOption): readonly string[] {
  const reply = (words: string): string => `mapfile -t COMPREPLY < <(compgen ${words} -- "$word")`;
  if (takes === "nothing") return [];
  if (takes === "text") return ["COMPREPLY=()"];
  return [reply(takes === "file" ? "-f" : takes === "folder" ? "-d" : `-W "${takes.join(" ")}"`)];
}

function zsh(entries: readonly Entry[]): string {
  const commands = entries.map((entry) => `    ${quote(`${entry.name}:${entry.summary}`)}`);
  const cases = entries.map((entry) => {
    const specs = entry.options.flatMap((option) =>
      [option.short ?? [], option.flag]
        .flat()
        .map((flag) => quote(`${flag}[${option.description.replaceAll(/[[\]:]/g, " ")}]${zshValues(option)}`)),
    );
    return `    ${entry.name}) _arguments ${[...specs, entry.name === "completion" ? `'1:shell:(${shells.join(" ")})'` : "'*:file:_files'"].join(" ")} ;;`;
  });
  return `#compdef stackwright
# stackwright completion for zsh; use it with: source <(stackwright completion zsh)
_stackwright() {
  local -a commands
  commands=(
${commands.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join("\n")}
  esac
}
compdef _stackwright stackwright
`;
}

function zshValues({ takes }: CompletedOption): string {
  if (takes === "nothing") return "";
  if (takes === "text") return ":value: ";
  return `:value:${takes === "file" ? "_files" : takes === "folder" ? "_files -/" : `(${takes.join(" ")})`}`;
}

function fish(entries: readonly Entry[]): string {
  const lines = entries.flatMap((entry) => [
    `complete -c stackwright -n __fish_use_subcommand -f -a ${entry.name} -d ${quote(entry.summary)}`,
    ...entry.options.map(
      (option) =>
        `complete -c stackwright -n '__fish_seen_subcommand_from ${entry.name}' -l ${option.flag.replace(/^--/, "")}${option.short === undefined ? "" : ` -s ${option.short.slice(1)}`}${fishValues(option)} -d ${quote(option.description)}`,
    ),
  ]);
  return `# stackwright completion for fish; use it with: stackwright completion fish | source
${lines.join("\n")}
complete -c stackwright -n '__fish_seen_subcommand_from completion' -f -a '${shells.join(" ")}'
`;
}

function fishValues({ takes }: CompletedOption): string {
  if (takes === "nothing") return "";
  if (takes === "file") return " -r -F";
  return takes === "text"
    ? " -x"
    : ` -x -a '${takes === "folder" ? "(__fish_complete_directories)" : takes.join(" ")}'`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
