/** A text as one word of a POSIX shell, in single quotes unless it needs none. A control character is an error of ours. */
export function shellWord(text: string): string {
  if (/[\p{Cc}\p{Cs}]/u.test(text)) throw new Error(`${JSON.stringify(text)} has a control character`);
  return /^[\w@%+:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
