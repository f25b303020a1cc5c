import { nearest } from "./nearest.ts";
import type { Path } from "./path.ts";

const words = [
  "password",
  "passwords",
  "passwd",
  "passphrase",
  "passcode",
  "secret",
  "secrets",
  "token",
  "tokens",
  "credential",
  "credentials",
  "apikey",
  "privatekey",
  "secretkey",
  "accesskey",
  "bearer",
  "cookie",
] as const;
/** Too short, or too near to other words, to be told where they are misspelt. */
const exactWords: ReadonlySet<string> = new Set([
  "pass",
  "pwd",
  "pw",
  "auth",
  "authorization",
  "key",
  "psk",
  "dsn",
  "jwt",
  "headers",
  "ca",
]);

/** Keys of the map that refers to a secret instead of holding it. */
export const referenceKeys: ReadonlySet<string> = new Set(["env", "file", "host_file"]);

const known = new Map<string, boolean>();

/**
 * True where what stands under a key is probably a secret, also if the key is misspelt: `password`, `admin_password`,
 * `apiKey`, `passwrd`. Errs on the side of masking too much.
 */
export function isSecretKey(key: string): boolean {
  const cached = known.get(key);
  if (cached !== undefined) return cached;
  const secret = judge(key.slice(0, 200));
  if (known.size > 5000) known.clear();
  known.set(key, secret);
  return secret;
}

function judge(key: string): boolean {
  const parts = key
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((part) => part !== "");
  const joined = parts.join("");
  if (words.some((word) => joined.includes(word))) return true;
  return [...parts, joined].some((part) => exactWords.has(part) || (part.length >= 4 && isMisspelt(part)));
}

function isMisspelt(part: string): boolean {
  const word = nearest(part, words);
  return word !== undefined && word[0] === part[0];
}

/**
 * True where what stands at a path is, or stands under, a secret, and is no reference to one. Nothing but a reference
 * stands under an address.
 */
export function isSecretPath(path: Path): boolean {
  const first = path.findIndex(
    (step, index) =>
      typeof step === "string" &&
      (isSecretKey(step) || (step === "url" && index < path.length - 1)) &&
      !isName(path, index),
  );
  if (first < 0) return false;
  const below = path.slice(first + 1);
  return !(below.length === 1 && typeof below[0] === "string" && referenceKeys.has(below[0]));
}

/** True where a map can only be a reference to a secret, so that each other key in it may be the secret itself. */
export function takesReference(path: Path): boolean {
  return path.at(-1) === "url" || isSecretPath(path);
}

/** Where names of the user's own stand: a service called `auth` holds no secret because of that. */
const namedSections: ReadonlySet<string> = new Set([
  "hosts",
  "services",
  "segments",
  "virtual_ips",
  "owners",
  "receivers",
  "mute_times",
]);

function isName(path: Path, index: number): boolean {
  const section = path[index - 1];
  return typeof section === "string" && namedSections.has(section) && typeof path[index + 1] === "string";
}
