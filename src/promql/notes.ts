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

  /** `version` is Prometheus' version, undefined if any will do. */
  constructor(text: string, version: string | undefined) {
    this.#text = text;
    this.#version = version;
  }

  /** Sorted by place. */
  get problems(): readonly SyntaxProblem[] {
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

  /** Notes a place that the grammar could not read. */
  unreadable({ from, to }: Span): void {
    const before = this.#text.slice(0, from);
    const rest = this.#text.slice(from);
    const name = /([A-Za-z_:][\w:]*)\s*$/.exec(before);
    if (name?.[1] !== undefined && /^\s*\(/.test(rest) && !listOfLabels.test(before)) {
      const near = nearest(name[1], functions.keys());
      const span = { from: name.index, to: name.index + name[1].length };
      const hint = near === undefined ? undefined : `write ${near}`;
      this.problem(span, `Prometheus has no function ${name[1]}`, hint);
      return;
    }
    const start = from + (/^(?:\s|#[^\n]*)*/.exec(rest)?.[0].length ?? 0);
    const found = /^(?:[\w:.$]+|["'`][^"'`]{0,20}["'`]?|[^\s\w])/.exec(this.#text.slice(start))?.[0];
    if (found !== undefined) this.problem({ from: start, to: start + found.length }, `unexpected ${found}`);
    else
      this.problem({ from: this.#text.trimEnd().length, to: Math.max(to, this.#text.length) }, endsEarly(this.#text));
  }
}

/** A clause of labels that is still open at the end. */
const listOfLabels = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^()]*$/i;

function endsEarly(text: string): string {
  return text.trim() === "" ? "the expression is empty" : "the expression ends too early";
}
