import { mask } from "../../diagnostics/mask.ts";
import { visible } from "../../diagnostics/visible.ts";

/** Longer texts of gateways are cut. */
const maxLength = 200;
/** Shorter parts of an address (`v1`, `send`) are no secrets, and masking them would hide everything. */
const shortestPart = 6;

/**
 * Makes texts of gateways fit for logs and answers: what they repeat of secrets is masked, written out or encoded,
 * whole or in parts; control characters are shown; long texts are cut.
 */
export function concealer(secrets: readonly string[]): (text: string) => string {
  const forms = [...new Set(secrets.flatMap(formsOf))].filter(Boolean).toSorted((a, b) => b.length - a.length);
  return (text) => {
    const concealed = forms.reduce((sofar, form) => sofar.replaceAll(form, mask), text);
    return visible(concealed.slice(0, maxLength).replace(/\s+/g, " ").trim());
  };
}

function formsOf(secret: string): readonly string[] {
  return [...new Set([secret, ...partsOfAddress(secret)])].flatMap((part) => [
    part,
    encodeURIComponent(part),
    JSON.stringify(part).slice(1, -1),
    Buffer.from(part).toString("base64"),
  ]);
}

/** Path, query, user and password of an address, and their parts. */
function partsOfAddress(text: string): readonly string[] {
  if (!URL.canParse(text)) return [];
  const { pathname, search, username, password, searchParams } = new URL(text);
  const parts = [
    ...pathname.split("/"),
    pathname,
    `${pathname}${search}`,
    ...searchParams.values(),
    username,
    password,
  ];
  return parts.flatMap((part) => [part, decoded(part)]).filter(({ length }) => length >= shortestPart);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
