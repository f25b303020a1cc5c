import type { Span } from "./ast.ts";
import { functions, isBefore } from "./functions.ts";
import { nearest } from "./nearest.ts";

export interface SyntaxProblem extends Span {
  readonly message: string;
  readonly hint?: string;
}

/** Collects what is wrong with the text of one expression. */
export class Notes {
  readonly #text: string;
  readonly #version: string | undefined;
  readonly #problems: SyntaxProblem[] = [];
  #unreadable: SyntaxProblem | undefined;

  /** `version` is Prometheus' version, undefined if any will do. */
  constructor(text: string, version: string | undefined) {
    this.#text = text;
    this.#version = version;
  }

  /** Sorted by place. Where the grammar gave up, what follows is guesswork: only that place is reported. */
  get problems(): readonly SyntaxProblem[] {
    if (this.#unreadable !== undefined) return [this.#unreadable];
    return this.#problems.toSorted((one, other) => one.from - other.from);
  }

  problem({ from, to }: Span, message: string, hint?: string): void {
    this.#problems.push({ from, to, message, ...(hint === undefined ? {} : { hint }) });
  }

  /** Notes syntax or a function that this Prometheus has not yet. */
  needs(since: string, span: Span, what: string): void {
    const version = this.#version;
    if (version !== undefined && isBefore(version, since)) {
      this.problem(span, `${what} needs Prometheus ${since}, and this is ${version}`);
    }
  }

  /** Notes something that this Prometheus has no more. */
  gone(until: string, span: Span, what: string, hint?: string): void {
    const version = this.#version;
    if (version !== undefined && !isBefore(version, until)) {
      this.problem(span, `${what} is gone since Prometheus ${until}, and this is ${version}`, hint);
    }
  }

  /** Notes a place that the grammar could not read; the first one in the text counts. */
  unreadable({ from, to }: Span): void {
    if (this.#unreadable !== undefined && this.#unreadable.from <= from) return;
    const before = /([A-Za-z_:][\w:]*)\s*$/.exec(this.#text.slice(0, from));
    const rest = this.#text.slice(from, Math.max(to, from)) + this.#text.slice(Math.max(to, from));
    if (before !== null && /^\s*\(/.test(rest) && !listOfLabels.test(this.#text.slice(0, from))) {
      const name = before[1] ?? "";
      const at = before.index;
      const near = nearest(name, functions.keys());
      this.#unreadable = {
        from: at,
        to: at + name.length,
        message: `Prometheus has no function ${name}`,
        ...(near === undefined ? {} : { hint: `write ${near}` }),
      };
      return;
    }
    const skipped = /^(?:\s|#[^\n]*)*/.exec(rest)?.[0].length ?? 0;
    const found = /^(?:[\w:.$]+|["'`][^"'`]{0,20}["'`]?|[^\s\w])/.exec(rest.slice(skipped))?.[0];
    const start = from + skipped;
    this.#unreadable =
      found === undefined
        ? { from: this.#text.trimEnd().length, to: this.#text.length, message: endsEarly(this.#text) }
        : { from: start, to: start + found.length, message: `unexpected ${found}` };
  }
}

/** A clause of labels that is still open at the end. */
const listOfLabels = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^()]*$/i;

function endsEarly(text: string): string {
  return text.trim() === "" ? "the expression is empty" : "the expression ends too early";
}
