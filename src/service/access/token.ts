import { createHash, timingSafeEqual } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileErrorText } from "../../io/file-error.ts";

/** A bearer token, of which only a digest is kept. */
export interface Token {
  /** Takes the same time for every token of any length. */
  readonly isEqual: (offered: string) => boolean;
  /** It could be guessed. */
  readonly isShort: boolean;
}

/** A token file that cannot be used; the message says what to do. */
export class TokenError extends Error {
  override readonly name = "TokenError";
}

const guessableLength = 16;

/** Reads the token from a file; white space around it is no part of it. Rejects with `TokenError`. */
export async function readToken(file: string): Promise<Token> {
  const fix = `write one with: openssl rand -hex 32 > ${file}`;
  const text = await contentOf(file, fix);
  const token = text.trim();
  if (token === "") throw new TokenError(`${file} is empty; ${fix}`);
  if (/\s/.test(token)) throw new TokenError(`${file} has several words or lines; it should hold one token`);
  const expected = digest(token);
  return {
    isEqual: (offered) => timingSafeEqual(digest(offered), expected),
    isShort: token.length < guessableLength,
  };
}

async function contentOf(file: string, fix: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new TokenError(`${fileErrorText(error, file)}; ${fix}`);
  }
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
