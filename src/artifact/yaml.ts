import { dump } from "js-yaml";
import { printComment } from "./comment.ts";

/**
 * YAML of a value under a comment. What a YAML 1.1 reader would take for a boolean, a number, a date or a time of day
 * (`no`, `017`, `02:00`) is quoted; long lines are not folded and nothing is shared by anchors, so that equal values
 * give equal bytes. Keys stand in the value's order.
 */
export function printYaml(value: unknown, header: readonly string[] = []): string {
  return printComment(header) + printValue(value);
}

/**
 * YAML of a value alone: byte for byte what js-yaml prints. Most of our values are lists and maps of short plain texts,
 * and those are printed here, many times faster; js-yaml has all the rest.
 */
export function printValue(value: unknown): string {
  const printer = new Printer();
  const text = isCollection(value) ? printer.block(value, "") : undefined;
  return text === undefined || printer.isUnusual ? byJsYaml(value) : `${text}\n`;
}

function byJsYaml(value: unknown): string {
  return dump(value, { lineWidth: -1, noRefs: true });
}

type Collection = readonly unknown[] | Readonly<Record<string, unknown>>;

class Printer {
  /** Something was met that only js-yaml knows to print; what is returned then is worth nothing. */
  isUnusual = false;

  /** A list or map with something in it, its first line without and all others with the indent before them. */
  block(collection: Collection, indent: string): string | undefined {
    const inner = `${indent}  `;
    let text = "";
    if (Array.isArray(collection)) {
      for (const item of collection) {
        const printed = isCollection(item) ? this.block(item, inner) : undefined;
        text += `${text === "" ? "" : `\n${indent}`}- ${printed ?? this.#leaf(item, inner)}`;
      }
    } else {
      for (const [key, value] of Object.entries(collection)) {
        if (value === undefined) continue;
        const printed = isCollection(value) ? this.block(value, inner) : undefined;
        const after = printed === undefined ? ` ${this.#leaf(value, inner)}` : `\n${inner}${printed}`;
        text += `${text === "" ? "" : `\n${indent}`}${this.#key(key)}:${after}`;
      }
    }
    return text === "" ? undefined : text;
  }

  #key(key: string): string {
    const text = key.includes("\n") || key.length > 500 ? undefined : (plain(key) ?? quoted(key));
    if (text === undefined) this.isUnusual = true;
    return text ?? "";
  }

  #leaf(value: unknown, indent: string): string {
    if (value === null || value === undefined) return "null";
    if (typeof value === "string") return this.#text(value, indent);
    if (typeof value === "boolean" || (Number.isSafeInteger(value) && !Object.is(value, -0))) return String(value);
    if (typeof value === "number") return asItem(value);
    if (Array.isArray(value)) return "[]";
    if (isCollection(value)) return "{}";
    this.isUnusual = true;
    return "";
  }

  #text(text: string, indent: string): string {
    if (text.includes("\n")) {
      // js-yaml ends a document whose last text ends in empty lines with a marker.
      if (/^\s*$|\n\n$/.test(text)) this.isUnusual = true;
      return asItem(text).replaceAll(/\n(?=[^\n])/g, `\n${indent.slice(2)}`);
    }
    return plain(text) ?? quoted(text) ?? asItem(text);
  }
}

/** As js-yaml prints it where it is an item of a list that is the whole document. */
function asItem(value: unknown): string {
  return byJsYaml([value]).slice(2, -1);
}

/** A text as it stands, where it surely needs no quotes. */
function plain(text: string): string | undefined {
  if (!plainForm.test(text) || (text.length <= 5 && word.test(text))) return undefined;
  return !/^[-\d]/.test(text) || neverNumber.test(text) ? text : undefined;
}

/** Printable ASCII in one line, without a colon or a hash where they would mean something. */
const plainForm = /^(?:[\w$(/]|-(?=[!-~]))(?:[!-9;-~]|:(?![ ]|$)| +(?![ #]|$))*$/;
const word = /^(?:y|n|yes|no|on|off|true|false|null)$/i;
/** What is in no number and in no date: a letter that they lack, a sign behind the first digits, an `x` but for `0x`. */
const neverNumber = /[^\dA-Fa-fXxOoTtZz_.:+ -]|^-?[\d.]+\+|[1-9 ]x|[\d ]0x/;

/** A text in single quotes, where it surely needs them. */
function quoted(text: string): string | undefined {
  if (text === "") return "''";
  return quotedForm.test(text) && /[!-~]/.test(text) ? `'${text.replaceAll("'", "''")}'` : undefined;
}

/** Printable ASCII in one line with an indicator at its beginning, a colon or hash that means something, or a blank at an end. */
const quotedForm = /^(?:[,[\]{}#&*!|>'"%@`][ -~]*|[ -~]*(?:: | #)[ -~]*|[ -~]*[: ]| [ -~]*)$/;

function isCollection(value: unknown): value is Collection {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Array.prototype || prototype === Object.prototype || prototype === null;
}
