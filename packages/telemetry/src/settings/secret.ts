import { readFileSync } from "node:fs";

/** Where a value comes from that must not stand in code: an environment variable, or a file with nothing else in it. */
export type SecretReference = { readonly env: string } | { readonly file: string };

/** A setting that may be secret: its value, or the file that is read when it is needed. */
export type SecretValue =
  | { readonly value: string }
  /** Path, relative to the working directory. */
  | { readonly file: string };

export function isSecretReference(value: unknown): value is SecretReference {
  return (
    typeof value === "object" &&
    value !== null &&
    (("env" in value && typeof value.env === "string") || ("file" in value && typeof value.file === "string"))
  );
}

/** The value without surrounding blanks; throws an error that names the file and never its content. */
export function readSecret(secret: SecretValue): string {
  if ("value" in secret) return secret.value;
  try {
    return readFileSync(secret.file, "utf8").trim();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    throw new Error(`cannot read ${secret.file}: ${code}`);
  }
}
