/** What the file system says: a missing file, a full disk, a right that is not ours. The world's fault, not a bug. */
export function isFileError(error: unknown): error is Error & { readonly code: string; readonly path?: string } {
  return (
    error instanceof Error &&
    "code" in error &&
    typeof error.code === "string" &&
    /^E[A-Z]+$/.test(error.code) &&
    "syscall" in error
  );
}
