import { Command, CommanderError, Help, Option } from "commander";
import { version } from "./version.ts";

const examples = `
Examples:
  $ stackwright init                     write a starter inventory.yaml
  $ stackwright validate                 report what is wrong in it
  $ stackwright generate                 prove the expressions and write the artifacts
  $ stackwright check                    let promtool and amtool judge them
  $ stackwright explain MysqlDown        say where an alert comes from

Exit codes: 0 done, 1 a problem was found, 2 wrong usage, 3 something needed is missing here.
`;

/** The command line. Actions are loaded when they are called, so that help is fast. */
export function program(): Command {
  const root = new Command("stackwright")
    .description("One typed YAML inventory in; a whole, proven observability and high-availability stack out.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help of a command")
    .addHelpText("after", examples)
    .configureHelp({ showGlobalOptions: false, optionDescription: describeOption })
    .showSuggestionAfterError(true)
    .showHelpAfterError("(see stackwright --help)")
    .exitOverride();

  root
    .command("init")
    .summary("write a commented starter inventory")
    .description("Writes a commented starter inventory and its JSON Schema for the editor.")
    .argument("[file]", "where to write it", "inventory.yaml")
    .action(async (file: string) => finish((await import("./commands/init.ts")).init(file)));

  inventory(root.command("validate"))
    .summary("report problems of the inventory")
    .description("Reports every problem of the inventory at its place.")
    .option("--strict", "warnings that are not accepted fail too", false)
    .addOption(format())
    .option("--json", "print one JSON document", false)
    .action(async (options) => finish((await import("./commands/validate.ts")).validate(options)));

  inventory(root.command("generate"))
    .summary("prove the expressions and write the artifacts")
    .description("Proves every expression and writes the configuration of the whole stack.")
    .option("-o, --output <dir>", "output folder; the inventory's folder unless named")
    .option("--check", "write nothing; exit 1 where the disk differs", false)
    .option("--watch", "go on, and write again when a file of the inventory changes", false)
    .option("--force", "overwrite files that were edited by hand, and a tree of another platform", false)
    .option("--strict", "warnings that are not accepted fail too", false)
    .addOption(format())
    .option("--json", "print one JSON document", false)
    .action(async (options) => finish((await import("./commands/generate.ts")).generate(options)));

  inventory(root.command("check"))
    .summary("let the real tools judge what would be generated")
    .description("Generates in memory, lets the real tools judge it, and runs the unit tests of the rules.")
    .option("-o, --output <dir>", "output folder to compare with; the inventory's folder unless named")
    .option("--require-tools", "exit 3 where a tool is missing", false)
    .addOption(format())
    .option("--json", "print one JSON document", false)
    .action(async (options) => finish((await import("./commands/check.ts")).check(options)));

  inventory(root.command("explain"))
    .summary("say where something comes from")
    .description("Says where a file, FILE:LINE, alert, panel, port, host or virtual IP comes from.")
    .argument("<what>", "file, FILE:LINE, alert, panel title, port, host, or virtual IP by name or address")
    .option("--json", "print one JSON document", false)
    .action(async (what: string, options) =>
      finish((await import("./commands/explain.ts")).explainWhat(what, options)),
    );

  root
    .command("demo")
    .option("-i, --inventory <file>", "another inventory than the reference inventory")
    .summary("validate, generate and check the reference inventory")
    .description(
      "Validates, generates and checks the reference inventory in a temporary folder, and says what came out.",
    )
    .action(async (options) => finish((await import("./commands/demo.ts")).demo(options)));

  root
    .command("doctor")
    .summary("say which real tools are here")
    .description("Says which real tools are here, in what version, and how to get the rest.")
    .option("--json", "print one JSON document", false)
    .action(async (options) => finish((await import("./commands/doctor.ts")).doctor(options)));

  root
    .command("completion")
    .summary("print a completion script")
    .description("Prints a completion script for a shell.")
    .argument("<shell>", "bash, zsh or fish")
    .action(async (shell: string) => {
      const { completion, shells } = await import("./commands/completion.ts");
      const known = shells.find((each) => each === shell);
      if (known === undefined)
        throw usage(`there is no completion for ${JSON.stringify(shell)}; write ${shells.join(", ")}`);
      process.stdout.write(completion(root, known));
    });

  for (const command of root.commands)
    command.exitOverride().showHelpAfterError(`(see stackwright ${command.name()} --help)`);
  return root;
}

/** Without "(default: false)": that is what a flag means. */
function describeOption(option: Option): string {
  return option.defaultValue === false ? option.description : new Help().optionDescription(option);
}

function inventory(command: Command): Command {
  return command.option("-i, --inventory <file>", "the inventory", "inventory.yaml");
}

function format(): Option {
  return new Option("--format <format>", "how problems are shown; excerpts on a terminal, else lines").choices([
    "pretty",
    "line",
  ]);
}

function usage(message: string): CommanderError {
  process.stderr.write(`error: ${message}\n`);
  return new CommanderError(2, "stackwright.usage", message);
}

async function finish(code: Promise<number> | number): Promise<void> {
  process.exitCode = await code;
}
