import { generatedHeader, printComment } from "../../artifact/comment.ts";

/** Where the script stands on a host: SELinux lets services start what lies here. */
export const withSecretPath = "/usr/local/bin/stackwright-with-secret";

/**
 * Starts a program that takes its secret from a variable. The secret stays in its own file, which the daemon's user
 * reads at the start; no command line and no other file has it. Blank lines at the end of the file are left out.
 */
export function printWithSecret(generator: string): string {
  const header = [
    ...generatedHeader(generator, [["services"]]),
    "",
    "stackwright-with-secret VARIABLE BEFORE FILE AFTER PROGRAM [ARGUMENT ...]",
    "Starts PROGRAM with VARIABLE set to BEFORE, what FILE says, and AFTER.",
  ];
  return `#!/bin/sh\n${printComment(header)}${script}`;
}

const script = `set -eu
variable=$1 before=$2 file=$3 after=$4
shift 4
secret=$(cat -- "$file")
if [ -z "$secret" ]; then
  echo "stackwright-with-secret: $file is empty" >&2
  exit 78
fi
export "$variable=$before$secret$after"
exec "$@"
`;
