/** Whether an error says that something is not there, or not there any more: a file, a process. */
export function isAbsent(error: unknown): boolean {
  return hasCode(error, ["ENOENT", "ESRCH"]);
}

/** The same, or that it is somebody else's: where /proc hides those (`hidepid`), not even their names can be read. */
export function isOutOfReach(error: unknown): boolean {
  return isAbsent(error) || hasCode(error, ["EPERM", "EACCES"]);
}

function hasCode(error: unknown, codes: readonly string[]): boolean {
  return error instanceof Error && "code" in error && codes.some((code) => code === error.code);
}
