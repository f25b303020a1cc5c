import { type Command, CommanderError } from "commander";
import { fileErrorText, isFileError } from "../io/file-error.ts";
import { exit } from "./exit.ts";
import { fileErrorDocument, UnreadableFile } from "./file-error.ts";
import { printDocument } from "./output.ts";

/** Parses the arguments and runs the command; gives the exit code. commander's own errors are wrong usage. */
export async function run(program: Command, argv: readonly string[]): Promise<number> {
  try {
    await program.parseAsync(argv);
    return Number(process.exitCode ?? exit.ok);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.ok : exit.usage;
    if (isFileError(error) || error instanceof UnreadableFile) {
      process.stderr.write(`stackwright: ${fileErrorText(error)}\n`);
      if (asksForJson(argv)) printDocument(fileErrorDocument(argv[2] ?? "", error));
      return exit.missing;
    }
    throw error;
  }
}

/** Whoever asked for a document gets one, also where there was nothing to read. */
function asksForJson(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return argv.slice(0, end < 0 ? undefined : end).includes("--json");
}
