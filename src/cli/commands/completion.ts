import type { Command } from "commander";

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

interface Entry {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly { readonly flag: string; readonly description: string; readonly takesFile: boolean }[];
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
        takesFile: option.required,
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

function bash(entries: readonly Entry[]): string {
  const cases = entries.map(
    (entry) => `    ${entry.name}) words="${entry.options.map((option) => option.flag).join(" ")}" ;;`,
  );
  return `# stackwright completion for bash; use it with: source <(stackwright completion bash)
_stackwright() {
  local word=\${COMP_WORDS[COMP_CWORD]} words
  if [ "$COMP_CWORD" -eq 1 ]; then
    mapfile -t COMPREPLY < <(compgen -W "${entries.map((entry) => entry.name).join(" ")}" -- "$word")
    return
  fi
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

function zsh(entries: readonly Entry[]): string {
  const commands = entries.map((entry) => `    ${quote(`${entry.name}:${entry.summary}`)}`);
  const cases = entries.map((entry) => {
    const specs = entry.options.map((option) =>
      quote(
        `${option.flag}[${option.description.replaceAll(/[[\]:]/g, " ")}]${option.takesFile ? ":value:_files" : ""}`,
      ),
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

function fish(entries: readonly Entry[]): string {
  const lines = entries.flatMap((entry) => [
    `complete -c stackwright -n __fish_use_subcommand -f -a ${entry.name} -d ${quote(entry.summary)}`,
    ...entry.options.map(
      (option) =>
        `complete -c stackwright -n '__fish_seen_subcommand_from ${entry.name}' -l ${option.flag.replace(/^--/, "")}${option.takesFile ? " -r" : ""} -d ${quote(option.description)}`,
    ),
  ]);
  return `# stackwright completion for fish; use it with: stackwright completion fish | source
${lines.join("\n")}
complete -c stackwright -n '__fish_seen_subcommand_from completion' -f -a '${shells.join(" ")}'
`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
