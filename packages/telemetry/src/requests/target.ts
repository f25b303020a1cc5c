/** What a request asks for. Path and query are as sent, shortened, with the secrets of the query replaced. */
export interface Target {
  readonly path: string;
  /** Without the question mark; empty where there is none. */
  readonly query: string;
}

/** Longer ones are cut: an address of 16 kB helps nobody and fills the stores. */
const longest = 2_048;
const replacement = "REDACTED";

/** Splits a request target in any of its forms (https://www.rfc-editor.org/rfc/rfc9112#name-request-target). */
export function targetOf(url: string, redactedKeys: ReadonlySet<string>): Target {
  const question = url.indexOf("?");
  const path = pathOf(question < 0 ? url : url.slice(0, question));
  return {
    path: path.length > longest ? path.slice(0, longest) : path,
    query: question < 0 ? "" : redact(url.slice(question + 1), redactedKeys),
  };
}

/** A proxy gets the whole address; user and password may stand in it. */
function pathOf(target: string): string {
  if (target.startsWith("/") || !target.includes("://")) return target === "" ? "/" : target;
  const slash = target.indexOf("/", target.indexOf("://") + 3);
  return slash < 0 ? "/" : target.slice(slash);
}

function redact(query: string, keys: ReadonlySet<string>): string {
  const kept = query.length > longest ? query.slice(0, longest) : query;
  if (!kept.includes("=")) return kept;
  return kept
    .split("&")
    .map((pair) => {
      const equals = pair.indexOf("=");
      return equals >= 0 && keys.has(keyOf(pair.slice(0, equals))) ? `${pair.slice(0, equals)}=${replacement}` : pair;
    })
    .join("&");
}

/** `api%5Fkey` and `token[]` are the keys that they stand for. */
function keyOf(written: string): string {
  const bare = written.replace(/\[.*$|%5B.*$/i, "");
  if (!bare.includes("%")) return bare.toLowerCase();
  try {
    return decodeURIComponent(bare).toLowerCase();
  } catch {
    return bare.toLowerCase();
  }
}
