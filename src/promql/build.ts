import type { TreeCursor } from "@lezer/common";
import * as term from "@prometheus-io/lezer-promql";
import type { Expr, Grouping, Matching, Paren, Span, Word } from "./ast.ts";
import type { Notes } from "./notes.ts";
import { climb, type Piece } from "./precedence.ts";
import { Reader, type Source } from "./reader.ts";
import { buildSelector } from "./selector.ts";

/** Deeper than any expression that a person writes; beyond it the stack would be at risk. */
const deepest = 500;

/**
 * The expression at the cursor, which ends where it began. The tree has no error nodes. What is wrong nevertheless goes
 * to `notes`, and a `variable` stands where nothing can be read.
 */
export function build(cursor: TreeCursor, source: Source, notes: Notes): Expr {
  return new Builder(new Reader(cursor, source, notes), notes).expression();
}

class Builder {
  readonly #reader: Reader;
  readonly #notes: Notes;
  #depth = 0;

  constructor(reader: Reader, notes: Notes) {
    this.#reader = reader;
    this.#notes = notes;
  }

  expression(): Expr {
    if (this.#depth >= deepest) {
      this.#notes.problem(this.#reader.span(), "the expression is nested too deeply");
      return this.#reader.nothing();
    }
    this.#depth++;
    const expr = this.#isChain() ? this.#chain() : this.#primary();
    this.#depth--;
    return expr;
  }

  /**
   * The grammar gives `a + b offset 5m` as `(a + b) offset 5m`, so its nesting of operators is not to be trusted: the
   * chain is taken apart and put together by Prometheus' precedences.
   */
  #chain(): Expr {
    const pieces: Piece[] = [];
    this.#flatten(pieces);
    return climb(pieces, this.#notes) ?? this.#reader.nothing();
  }

  #isChain(): boolean {
    switch (this.#reader.cursor.type.id) {
      case term.BinaryExpr:
      case term.UnaryExpr:
      case term.OffsetExpr:
      case term.StepInvariantExpr:
      case term.AnchoredExpr:
      case term.SmoothedExpr:
      case term.MatrixSelector:
      case term.SubqueryExpr:
        return true;
      case term.NumberDurationLiteral:
        return /[-+]/.test(this.#reader.text[this.#reader.cursor.from] ?? "");
      default:
        return false;
    }
  }

  #flatten(pieces: Piece[]): void {
    if (!this.#isChain()) {
      pieces.push({ kind: "operand", expr: this.expression() });
      return;
    }
    if (this.#depth >= deepest) {
      this.#notes.problem(this.#reader.span(), "the expression has too many operators");
      pieces.push({ kind: "operand", expr: this.#reader.nothing() });
      return;
    }
    this.#depth++;
    this.#flattenChain(pieces);
    this.#depth--;
  }

  #flattenChain(pieces: Piece[]): void {
    switch (this.#reader.cursor.type.id) {
      case term.BinaryExpr:
        this.#flattenBinary(pieces);
        return;
      case term.NumberDurationLiteral: {
        const { from, to } = this.#reader.cursor;
        pieces.push({ kind: "prefix", op: this.#reader.text[from] === "-" ? "-" : "+", from });
        const start = from + 1 + (/^\s*/.exec(this.#reader.text.slice(from + 1, to))?.[0].length ?? 0);
        pieces.push({ kind: "operand", expr: this.#reader.number(start, to) });
        return;
      }
      case term.UnaryExpr:
        this.#reader.each(() => {
          const { type, from } = this.#reader.cursor;
          if (type.id !== term.UnaryOp) this.#flatten(pieces);
          else pieces.push({ kind: "prefix", op: this.#reader.text[from] === "-" ? "-" : "+", from });
        });
        return;
      default:
        this.#flattenPostfix(pieces);
    }
  }

  #flattenBinary(pieces: Piece[]): void {
    let op: Word | undefined;
    let bool: Span | undefined;
    let matching: Matching | undefined;
    let fill: Span | undefined;
    let index = -1;
    this.#reader.each(() => {
      const { id } = this.#reader.cursor.type;
      if (id === term.BoolModifier) bool = this.#reader.span();
      else if (id === term.MatchingModifierClause) matching = this.#matching();
      else if (id === term.FillModifier) {
        fill = this.#reader.span();
        this.#notes.needs("3.10", fill, "a fill modifier");
      } else if (index < 0) {
        this.#flatten(pieces);
        index = pieces.length;
      } else if (op === undefined) {
        op = this.#reader.word();
        if (id === term.TrimUpper || id === term.TrimLower) this.#notes.needs("3.11", op, `the operator ${op.text}`);
      } else {
        pieces.push({ kind: "infix", op, bool, matching, fill });
        this.#flatten(pieces);
      }
    });
  }

  #flattenPostfix(pieces: Piece[]): void {
    const { id } = this.#reader.cursor.type;
    const whole = this.#reader.span();
    let isFirst = true;
    this.#reader.each(() => {
      const inner = this.#reader.cursor.type.id;
      if (isFirst) {
        isFirst = false;
        this.#flatten(pieces);
      } else if (inner === term.DurationExpr || inner === term.OffsetDurationExpr) {
        const duration = this.#reader.duration();
        if (id !== term.OffsetExpr && duration.seconds !== undefined && !(duration.seconds > 0)) {
          this.#notes.problem(duration, "the range must be more than 0");
        }
      } else if (inner === term.NumberDurationLiteral)
        this.#reader.number(this.#reader.cursor.from, this.#reader.cursor.to);
      else if (inner === term.Anchored || inner === term.Smoothed) {
        this.#notes.needs("3.7", this.#reader.span(), `the modifier ${this.#reader.word().text}`);
      }
    });
    switch (id) {
      case term.MatrixSelector:
        pieces.push({ kind: "matrix", to: whole.to });
        break;
      case term.SubqueryExpr:
        pieces.push({ kind: "subquery", to: whole.to });
        break;
      case term.OffsetExpr:
        pieces.push({ kind: "offset", to: whole.to });
        break;
      case term.StepInvariantExpr:
        pieces.push({ kind: "at", to: whole.to });
        break;
      default:
        pieces.push({ kind: "extended", to: whole.to });
    }
  }

  #primary(): Expr {
    const { type, from, to } = this.#reader.cursor;
    switch (type.id) {
      case term.VectorSelector:
        return buildSelector(this.#reader.cursor, this.#reader.text, this.#notes);
      case term.NumberDurationLiteral:
        return this.#reader.number(from, to);
      case term.StringLiteral:
        return this.#reader.string();
      case term.ParenExpr:
        return this.#paren();
      case term.FunctionCall:
        return this.#call();
      case term.AggregateExpr:
        return this.#aggregate();
      default:
        return this.#reader.nothing();
    }
  }

  #paren(): Paren {
    let inner: Expr = this.#reader.nothing();
    this.#reader.each(() => {
      inner = this.expression();
    });
    return { type: "paren", expr: inner, ...this.#reader.span() };
  }

  #call(): Expr {
    let name = this.#reader.word();
    const args: Expr[] = [];
    this.#reader.each(() => {
      if (this.#reader.cursor.type.id === term.FunctionIdentifier) name = this.#reader.word();
      else this.#reader.each(() => args.push(this.expression()));
    });
    return { type: "call", name, args, ...this.#reader.span() };
  }

  #aggregate(): Expr {
    let op = this.#reader.word();
    let grouping: Grouping | undefined;
    const args: Expr[] = [];
    this.#reader.each(() => {
      const { id } = this.#reader.cursor.type;
      if (id === term.AggregateOp) op = lowered(this.#reader.word());
      else if (id === term.AggregateModifier) grouping = this.#grouping();
      else this.#reader.each(() => args.push(this.expression()));
    });
    return { type: "aggregate", op, grouping, args, ...this.#reader.span() };
  }

  #grouping(): Grouping {
    let kind: Grouping["kind"] = "by";
    let labels: readonly Word[] = [];
    this.#reader.each(() => {
      const { id } = this.#reader.cursor.type;
      if (id === term.Without) kind = "without";
      else if (id === term.GroupingLabels) labels = this.#reader.labels();
    });
    return { kind, labels, ...this.#reader.span() };
  }

  #matching(): Matching {
    let kind: Matching["kind"] = "on";
    let labels: readonly Word[] | undefined;
    let group: Matching["group"];
    let include: readonly Word[] = [];
    this.#reader.each(() => {
      const { id } = this.#reader.cursor.type;
      if (id === term.Ignoring) kind = "ignoring";
      else if (id === term.GroupLeft) group = "left";
      else if (id === term.GroupRight) group = "right";
      else if (id === term.GroupingLabels && labels === undefined) labels = this.#reader.labels();
      else if (id === term.GroupingLabels) include = this.#reader.labels();
    });
    return { kind, labels: labels ?? [], group, include };
  }
}

function lowered(word: Word): Word {
  return { ...word, text: word.text.toLowerCase() };
}
