import { type Command, CommanderError } from "commander";
import { exit } from "./exit.ts";

/** Parses the arguments and runs the command; gives the exit code. commander's own errors are wrong usage. */
export async function run(program: Command, argv: readonly string[]): Promise<number> {
  try {
    await program.parseAsync(argv);
    return Number(process.exitCode ?? exit.ok);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.ok : exit.usage;
    if (isFileError(error)) {
      process.stderr.write(`stackwright: ${error.message}\n`);
      return exit.missing;
    }
    throw error;
  }
}

/** What the file system says: a missing file, a full disk, a right that is not ours. The world's fault, not a bug. */
function isFileError(error: unknown): error is Error {
  return (
    error instanceof Error &&
    "code" in error &&
    typeof error.code === "string" &&
    /^E[A-Z]+$/.test(error.code) &&
    "syscall" in error
  );
}
