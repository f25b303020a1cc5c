import type { TreeCursor } from "@lezer/common";
import * as term from "@prometheus-io/lezer-promql";
import type { Expr, Span, StringLiteral, Variable, Word } from "./ast.ts";
import { isDuration, literalValue } from "./duration.ts";
import type { Notes } from "./notes.ts";
import { unquote } from "./strings.ts";
import { holdsVariable } from "./variables.ts";

/** The text as written, and with variables filled: where they differ stands a variable. Offsets are the same. */
export interface Source {
  readonly text: string;
  readonly filled: string;
}

/** A range between brackets; without seconds if it is computed or holds a variable. */
export interface Range extends Span {
  readonly seconds: number | undefined;
}

/** Nodes of a duration that is written out. */
const plain: ReadonlySet<number> = new Set([
  term.DurationExpr,
  term.OffsetDurationExpr,
  term.UnaryOp,
  term.LineComment,
]);

/** Reads the leaves of the grammar's tree at a cursor, which stays where it is. */
export class Reader {
  readonly cursor: TreeCursor;
  readonly text: string;
  readonly #filled: string;
  readonly #notes: Notes;

  constructor(cursor: TreeCursor, { text, filled }: Source, notes: Notes) {
    this.cursor = cursor;
    this.text = text;
    this.#filled = filled;
    this.#notes = notes;
  }

  /** The labels of a grouping or matching clause. */
  labels(): readonly Word[] {
    const labels: Word[] = [];
    this.each(() => {
      if (this.cursor.type.id === term.QuotedLabelName) {
        this.#notes.needs("3.0", this.span(), "a quoted label name");
        labels.push({ ...this.span(), text: this.string().value });
      } else labels.push(this.word());
    });
    return labels;
  }

  /** What stands between the brackets of a range. */
  duration(): Range {
    const span = this.span();
    let leaves = 0;
    let isComputed = false;
    this.cursor.node.cursor().iterate(({ type }) => {
      if (type.id === term.NumberDurationLiteralInDurationContext) leaves++;
      else if (!plain.has(type.id)) isComputed = true;
    });
    const literal = this.text.slice(span.from, span.to).replace(/^[-+]\s*/, "");
    if (isComputed || leaves !== 1) {
      this.#notes.needs("3.4", span, "arithmetic in a duration");
      return { ...span, seconds: undefined };
    }
    if (this.isVariable(span)) return { ...span, seconds: undefined };
    if (!isDuration(literal)) this.#notes.needs("2.54", span, "a duration without a unit");
    const sign = this.text[span.from] === "-" ? -1 : 1;
    return { ...span, seconds: sign * literalValue(literal) };
  }

  /** A number, or a duration as one. */
  number(from: number, to: number): Expr {
    const literal = this.text.slice(from, to);
    const span = { from, to };
    if (this.isVariable(span)) return { type: "variable", ...span };
    if (isDuration(literal)) this.#notes.needs("2.54", span, "a duration as a number");
    if (literal.includes("_")) this.#notes.needs("2.54", span, "an underscore in a number");
    return { type: "number", value: literalValue(literal), ...span };
  }

  /** A string literal with its value. */
  string(): StringLiteral {
    const span = this.span();
    const literal = this.text.slice(span.from, span.to);
    const read = unquote(literal);
    if ("problem" in read) this.#notes.problem(span, read.problem);
    const value = "problem" in read ? "" : read.value;
    return { type: "string", value, variable: holdsVariable(value), ...span };
  }

  /** Calls `visitor` at each child but comments. */
  each(visitor: () => void): void {
    if (!this.cursor.firstChild()) return;
    do {
      if (this.cursor.type.id !== term.LineComment) visitor();
    } while (this.cursor.nextSibling());
    this.cursor.parent();
  }

  /** Whether a dashboard variable stands here. */
  isVariable({ from, to }: Span): boolean {
    return this.text !== this.#filled && this.text.slice(from, to) !== this.#filled.slice(from, to);
  }

  /** Where the cursor is. */
  span(): Span {
    return { from: this.cursor.from, to: this.cursor.to };
  }

  /** The text at the cursor. */
  word(): Word {
    const { from, to } = this.cursor;
    return { from, to, text: this.text.slice(from, to) };
  }

  /** Stands for what cannot be read. */
  nothing(): Variable {
    return { type: "variable", ...this.span() };
  }
}
