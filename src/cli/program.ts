import { Command, CommanderError, Help, Option } from "commander";
import { version } from "../io/version.ts";
import { usualInventory } from "./usual-inventory.ts";

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
    .configureHelp({ showGlobalOptions: false, optionDescription: describeOption, helpWidth: 80 })
    .showSuggestionAfterError(true)
    .showHelpAfterError("(see stackwright --help)")
    .exitOverride();

  root
    .command("init")
    .summary("write a commented starter inventory")
    .description("Writes a commented starter inventory and its JSON Schema for the editor.")
    .argument("[file]", "where to write it", usualInventory)
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

  inventory(root.command("serve"))
    .summary("run the exporter service")
    .description(
      "Runs the exporter service: metrics, targets for Prometheus, a status page, the bridge for notifications, and a store of recent traces and logs. It reads the inventory again every minute and when it changes.",
    )
    .addOption(listenAddress().default(["127.0.0.1:9740"], '"127.0.0.1:9740"'))
    .option("--web.config.file <file>", "TLS, client certificates and users, in the exporter toolkit's format")
    .option("--token-file <file>", "file with the bearer token that requests need")
    .option("--no-store", "take in no traces and no log lines")
    .option(
      "--store.directory <folder>",
      "where traces and log lines are kept; $STATE_DIRECTORY/store where that is set, else in memory",
    )
    .option("--store.max-bytes <size>", "what the store may take; 512MB in a folder, 64MB in memory unless said")
    .option("--store.max-age <duration>", "how long records are kept; 7d unless said")
    .action(async (options) => finish((await import("./commands/serve.ts")).serve(options)));

  root
    .command("access-log")
    .summary("run the access log exporter of a balancer")
    .description(
      "Follows the logs of nginx and its firewall on this host and serves what it counts as metrics for Prometheus. It runs on each balancer, with the config that generate writes.",
    )
    .requiredOption("--config <file>", "the config that generate writes", "/etc/stackwright/access-log.json")
    .addOption(listenAddress().default([], "those of the config"))
    .action(async (options) => finish((await import("./commands/access-log.ts")).accessLog(options)));

  root
    .command("demo")
    .option("--once", "end when everything was shown; exit 1 where something was not", false)
    .option("--json", "print one JSON document when everything was shown", false)
    .summary("show the whole stack at work on this machine")
    .description(
      "Generates the stack of examples/one-host.yaml for this machine, on loopback only, and starts it: sample applications with load, the exporter service with its store, and, where they are installed, Prometheus, Alertmanager, nginx and exporters. Shows live figures, a trace, a log line and an alert that fires because of an injected fault, and goes on until Ctrl-C, which leaves nothing behind.",
    )
    .action(async (options) => finish((await import("./commands/demo.ts")).demo(options)));

  root
    .command("doctor")
    .summary("say which real tools are here, or which VRIDs are taken")
    .description(
      "Says which real tools are here, in what version, and how to get the rest. With --vrid it listens on a network interface and says which virtual router ids other clusters use there.",
    )
    .option("--vrid <interface>", "listen for VRRP adverts on this network interface; needs tcpdump and root")
    .option("--seconds <number>", "how long to listen; 10 unless said: five adverts of a cluster at up to 2 s")
    .option("-i, --inventory <file>", "with --vrid, the inventory whose virtual IPs are compared")
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
  return command.option("-i, --inventory <file>", "the inventory", usualInventory);
}

/** Named as Prometheus' exporters name it, and given again for each address. */
function listenAddress(): Option {
  const option = new Option("--web.listen-address <address>", "HOST:PORT to listen on; repeatable");
  let given: readonly string[] = [];
  return option.argParser((address: string) => {
    given = [...given, address];
    return given;
  });
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
