import { program } from "./program.ts";
import { run } from "./run.ts";

/** Runs the command line of this process; gives the exit code. */
export function start(): Promise<number> {
  return run(program(), process.argv);
}
