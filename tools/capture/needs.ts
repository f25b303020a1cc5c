import { existsSync } from "node:fs";
import { findTool } from "../../src/io/tools.ts";

/** Something that has to be on this machine before a capture can begin. */
export interface Need {
  /** A program, or with an absolute path a file. */
  readonly tool: string;
  /** What brings it, as an instruction. */
  readonly install: string;
}

/** A program or file of a Debian package, which has the name of the program unless another is given. */
export function debian(tool: string, name = tool): Need {
  return { tool, install: `apt-get install ${name}` };
}

/** A file that Maven keeps once it has brought the artifact, `GROUP:NAME:VERSION` with an extension where it is not a jar. */
export function maven(file: string, artifact: string): Need {
  return {
    tool: file,
    install: `apt-get install maven, then mvn dependency:get -Dtransitive=false -Dartifact=${artifact}`,
  };
}

/** Which of them are not here, in words that say what to do. */
export function missing(needs: readonly Need[]): readonly string[] {
  return needs
    .filter(({ tool }) => !(tool.startsWith("/") ? existsSync(tool) : findTool(tool) !== undefined))
    .map(({ tool, install }) => `${tool} is missing: ${install}`);
}
