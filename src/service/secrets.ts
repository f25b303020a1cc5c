import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { resolve } from "node:path";
import { inspect } from "node:util";
import { mask } from "../diagnostics/mask.ts";
import type { Path } from "../diagnostics/path.ts";
import { secretPath } from "../model/secret-path.ts";
import type { SecretRef } from "../signals/secret.ts";

/** A value that shows itself only where it is asked to: in texts, JSON and logs it is a mask. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself, for the moment of its use. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return mask;
  }

  toJSON(): string {
    return mask;
  }

  [inspect.custom](): string {
    return mask;
  }
}

/**
 * The secret behind a reference that stands at a path of the inventory. It is read anew each time, so that a changed
 * file is in force with the next use. Rejects with `SecretError`.
 */
export type SecretReader = (ref: SecretRef, path: Path) => Promise<Secret>;

/** A secret that cannot be had; names the inventory path and the file or variable, never the value. */
export class SecretError extends Error {
  override readonly name = "SecretError";
}

/** Where secrets are: on a host in its files, on a controller what the references of the inventory say. */
export type SecretPlace =
  | { readonly on: "host" }
  | {
      readonly on: "controller";
      /** Folder of the inventory, to which `{ file }` is relative. */
      readonly folder: string;
      readonly env: Readonly<Record<string, string | undefined>>;
    };

/** More than any key or address has. */
const maxBytes = 64 * 1024;

/** Reads secrets where this process runs. A final line break is no part of a secret. */
export function createSecretReader(place: SecretPlace): SecretReader {
  return async (ref, path) => {
    const where = path.join(".");
    if (place.on === "controller" && ref.from === "env") return fromEnvironment(place.env[ref.name], ref.name, where);
    const file =
      place.on === "controller" && ref.from === "file" ? resolve(place.folder, ref.path) : secretPath(ref, path);
    return fromFile(file, where);
  };
}

function fromEnvironment(value: string | undefined, name: string, where: string): Secret {
  if (value === undefined)
    throw new SecretError(`${where}: the environment variable ${name} is not set; set it and start again`);
  return usable(value, where, `the environment variable ${name}`);
}

async function fromFile(file: string, where: string): Promise<Secret> {
  try {
    // A pipe in its place would hang the reader.
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) throw new SecretError(`${where}: ${file} is not a file`);
      if (stat.size > maxBytes)
        throw new SecretError(`${where}: ${file} is larger than 64 KiB; it should hold one secret`);
      return usable(await handle.readFile("utf8"), where, file);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof SecretError) throw error;
    throw new SecretError(`${where}: ${file} ${whyUnreadable(error)}`);
  }
}

function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
  if (code === "ENOENT") return "does not exist; write the secret there, readable for this service only (mode 0600)";
  if (code === "EACCES" || code === "EPERM")
    return "may not be read by this service; give it the owner that the manifest names";
  return `cannot be read (${code})`;
}

function usable(text: string, where: string, from: string): Secret {
  const value = text.replace(/\r?\n$/, "");
  if (value.trim() === "") throw new SecretError(`${where}: ${from} is empty; write the secret there`);
  if (/[\0\r\n]/.test(value)) throw new SecretError(`${where}: ${from} has several lines; it should hold one secret`);
  return new Secret(value);
}
