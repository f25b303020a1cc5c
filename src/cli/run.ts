import { type Command, CommanderError } from "commander";
import { exit } from "./exit.ts";
import { fileErrorText, isFileError, UnreadableFile } from "./file-error.ts";

/** Parses the arguments and runs the command; gives the exit code. commander's own errors are wrong usage. */
export async function run(program: Command, argv: readonly string[]): Promise<number> {
  try {
    await program.parseAsync(argv);
    return Number(process.exitCode ?? exit.ok);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.ok : exit.usage;
    if (isFileError(error) || error instanceof UnreadableFile) {
      process.stderr.write(`stackwright: ${fileErrorText(error)}\n`);
      return exit.missing;
    }
    throw error;
  }
}
