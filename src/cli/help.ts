import { program } from "./program.ts";

/** What `stackwright --help` prints. The bundle holds it as text, so that nothing has to be loaded to print it. */
export const help = helpText();

function helpText(): string {
  let text = "";
  program()
    .configureOutput({
      writeOut: (part) => {
        text += part;
      },
    })
    .outputHelp();
  return text;
}
