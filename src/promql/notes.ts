import type { Span } from "./ast.ts";
import { functions, isBefore } from "./functions.ts";
import { nearest } from "./nearest.ts";

export interface SyntaxProblem extends Span {
  readonly message: string;
  readonly hint?: string;
}

/** A problem, or one that is there with some versions of Prometheus only. */
export type Note =
  | { readonly type: "problem"; readonly problem: SyntaxProblem }
  | { readonly type: "since" | "until"; readonly version: string; readonly problem: SyntaxProblem };

/**
 * The notes that are problems with a version of Prometheus, sorted by place. Where any version will do, nothing is too
 * new and nothing is gone.
 */
export function problemsWith(notes: readonly Note[], prometheus: string | undefined): readonly SyntaxProblem[] {
  return notes
    .flatMap((note) => {
      if (note.type === "problem") return [note.problem];
      if (prometheus === undefined || isBefore(prometheus, note.version) !== (note.type === "since")) return [];
      return [{ ...note.problem, message: `${note.problem.message}, and this is ${prometheus}` }];
    })
    .toSorted((one, other) => one.from - other.from);
}

/** Collects what is wrong with the text of one expression. */
export class Notes {
  readonly #text: string;
  readonly #all: Note[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  /** What was noted so far. */
  get all(): readonly Note[] {
    return [...this.#all];
  }

  problem(span: Span, message: string, hint?: string): void {
    this.#all.push({ type: "problem", problem: problemAt(span, message, hint) });
  }

  /** Notes syntax or a function that came with a version of Prometheus. */
  needs(since: string, span: Span, what: string): void {
    this.#all.push({
      type: "since",
      version: since,
      problem: problemAt(span, `${what} needs Prometheus ${since}`),
    });
  }

  /** Notes something that went with a version of Prometheus. */
  gone(until: string, span: Span, what: string, hint?: string): void {
    this.#all.push({
      type: "until",
      version: until,
      problem: problemAt(span, `${what} is gone since Prometheus ${until}`, hint),
    });
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

function problemAt({ from, to }: Span, message: string, hint?: string): SyntaxProblem {
  return { from, to, message, ...(hint === undefined ? {} : { hint }) };
}

/** A clause of labels that is still open at the end. */
const listOfLabels = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^()]*$/i;

function endsEarly(text: string): string {
  return text.trim() === "" ? "the expression is empty" : "the expression ends too early";
}
