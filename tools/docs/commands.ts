import type { Command } from "commander";
import { exit } from "../../src/cli/exit.ts";
import { program } from "../../src/cli/program.ts";
import { code, page, table } from "./markdown.ts";

/** Every command as its own help tells it. */
export function commandsPage(): string {
  const root = program();
  const commands = root
    .createHelp()
    .visibleCommands(root)
    .filter((command) => command.name() !== "help");
  return page("Commands", [
    `\`bin/stackwright\` runs the command line from a checkout after \`npm ci\`; the installed package puts \`stackwright\` on the path. Data and problems go to stdout, progress and prose to stderr. Problems come with excerpts on a terminal and as one line each otherwise; \`NO_COLOR\` is obeyed.`,
    table(
      ["exit code", "meaning"],
      [
        [String(exit.ok), "done, and nothing is wrong"],
        [String(exit.problem), "a problem was found"],
        [String(exit.usage), "wrong usage"],
        [String(exit.missing), "something needed is missing here: a file, a tool, a right"],
      ],
    ),
    commandTable(root, commands),
    ...commands.map((command) => section(root, command)),
  ]);
}

function commandTable(root: Command, commands: readonly Command[]): string {
  const help = root.createHelp();
  return table(
    ["command", "does"],
    commands.map((command) => [`[${code(command.name())}](#${command.name()})`, help.subcommandDescription(command)]),
  );
}

function section(root: Command, command: Command): string {
  const help = command.createHelp();
  const args = help
    .visibleArguments(command)
    .map((argument) => [code(argument.name()), help.argumentDescription(argument)]);
  const options = help
    .visibleOptions(command)
    .filter((option) => option.long !== "--help")
    .map((option) => [code(option.flags), option.description, choicesOf(option), defaultOf(option)]);
  return [
    `## ${command.name()}`,
    `${code(`${root.name()} ${command.name()} ${command.usage()}`)}`,
    help.commandDescription(command),
    ...(args.length === 0 ? [] : [table(["argument", "meaning"], args)]),
    ...(options.length === 0 ? [] : [table(["option", "meaning", "values", "default"], options)]),
  ].join("\n\n");
}

function choicesOf({ argChoices }: { readonly argChoices?: readonly string[] | undefined }): string {
  return (argChoices ?? []).map(code).join(", ");
}

/** A switch is off unless it is written, which goes without saying. */
function defaultOf({ defaultValue }: { readonly defaultValue?: unknown }): string {
  return typeof defaultValue === "string" ? code(defaultValue) : "";
}
