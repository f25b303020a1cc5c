const reasons: Readonly<Record<string, string>> = {
  ENOENT: "is not there",
  ENOTDIR: "is not there: a part of its path is a file",
  EISDIR: "is a folder, not a file",
  EACCES: "must not be read by this user",
  EPERM: "must not be read by this user",
};

/** Why a file cannot be read, as a sentence that begins with its name. */
export function fileReason(error: unknown, file: string): string {
  if (!(error instanceof Error)) return `${file}: ${String(error)}`;
  const code = "code" in error ? String(error.code) : "";
  return `${file} ${reasons[code] ?? `cannot be read: ${error.message}`}`;
}
