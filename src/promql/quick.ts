import type { Aggregate, Call, Expr, Grouping, Matcher, Matching, MatchOp, Selector, Word } from "./ast.ts";
import { literalValue } from "./duration.ts";
import { aggregations, functions } from "./functions.ts";
import { Notes } from "./notes.ts";
import { climb, type Piece } from "./precedence.ts";
import { unquote } from "./strings.ts";
import { holdsVariable } from "./variables.ts";

/**
 * Reads the everyday part of PromQL, some times faster than the grammar does; undefined for all else, be it rare or
 * wrong, which is left to the grammar. What it gives is what the grammar gives, place by place.
 */
export function readQuick(text: string): Expr | undefined {
  try {
    return new Quick(text).whole();
  } catch (error) {
    if (error === unusual) return undefined;
    throw error;
  }
}

const unusual = new Error("not everyday PromQL");
/** Words that mean something of their own in some places; the grammar knows in which. */
const reserved: ReadonlySet<string> = new Set(
  (
    "inf nan bool ignoring on group_left group_right offset atan2 by without and or unless start end range step " +
    "smoothed anchored fill fill_left fill_right"
  ).split(" "),
);
/** Beyond these the grammar says what is too much. */
const deepest = 50;
const longest = 100;

/** What may stand next, and the characters that it can begin with: most of the time that is enough to say no. */
interface Token {
  readonly first: string;
  readonly pattern: RegExp;
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
const identifier: Token = { first: letters, pattern: /[A-Za-z_][\w:]*/y };
const label: Token = { first: letters, pattern: /[A-Za-z_]\w*(?![\w:])/y };
const number: Token = { first: "0123456789", pattern: /\d+(?:\.\d+)?(?![\w.])/y };
const string: Token = { first: '"', pattern: /"(?:[^"\\\n]|\\[^\n])*"/y };
const range: Token = { first: "[", pattern: /\[(?:[1-9]\d*(?:ms|[smhdwy])|\$[A-Za-z_]\w*)\]/y };
const subquery: Token = { first: "[", pattern: /\[[1-9]\d*(?:ms|[smhdwy]):(?:[1-9]\d*(?:ms|[smhdwy]))?\]/y };
const offset: Token = { first: "oO", pattern: /offset[ \t\r\n]+[1-9]\d*(?:ms|[smhdwy])(?![\w:.])/iy };
const matchOp: Token = { first: "=!", pattern: /=~|!~|!=|=/y };
const operator: Token = {
  first: "=!<>-+*/%^aouAOU",
  pattern: /==|!=|<=|>=|[-+*/%^<>]|(?:and|or|unless)(?![\w:])/iy,
};
const grouping: Token = { first: "bwBW", pattern: /(?:by|without)(?![\w:])/iy };
const bool: Token = { first: "bB", pattern: /bool(?![\w:])/iy };
const matching: Token = { first: "oiOI", pattern: /(?:on|ignoring)(?![\w:])/iy };
const group: Token = { first: "gG", pattern: /group_(?:left|right)(?![\w:])/iy };

class Quick {
  readonly #text: string;
  readonly #notes: Notes;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#notes = new Notes(text);
  }

  whole(): Expr {
    const expr = this.#expression();
    this.#skip();
    if (this.#at < this.#text.length || this.#notes.all.length > 0) throw unusual;
    return expr;
  }

  #expression(): Expr {
    if (this.#depth++ > deepest) throw unusual;
    const pieces: Piece[] = [];
    for (;;) {
      const from = this.#skip();
      const sign = this.#text[from];
      if (sign === "-" || sign === "+") {
        pieces.push({ kind: "prefix", op: sign, from });
        this.#at++;
      }
      const expr = this.#operand();
      pieces.push({ kind: "operand", expr });
      this.#skip();
      if (expr.type === "selector" && this.#take(range) !== undefined) pieces.push({ kind: "matrix", to: this.#at });
      else if (this.#take(subquery) !== undefined) pieces.push({ kind: "subquery", to: this.#at });
      this.#skip();
      if (this.#take(offset) !== undefined) pieces.push({ kind: "offset", to: this.#at });
      const infix = this.#infix();
      if (infix === undefined) break;
      if (pieces.length > longest) throw unusual;
      pieces.push(infix);
    }
    this.#depth--;
    const expr = climb(pieces, this.#notes);
    if (expr === undefined) throw unusual;
    return expr;
  }

  #infix(): Piece | undefined {
    this.#skip();
    const op = this.#word(operator);
    if (op === undefined) return undefined;
    this.#skip();
    const isBool = this.#word(bool);
    this.#skip();
    return {
      kind: "infix",
      op,
      bool: isBool && { from: isBool.from, to: isBool.to },
      matching: this.#matching(),
      fill: undefined,
    };
  }

  #matching(): Matching | undefined {
    const kind = this.#take(matching)?.toLowerCase();
    if (kind !== "on" && kind !== "ignoring") return undefined;
    const labels = this.#labels();
    this.#skip();
    const side = this.#take(group)?.toLowerCase();
    if (side === undefined) return { kind, labels, group: undefined, include: [] };
    this.#skip();
    const include = this.#text[this.#at] === "(" ? this.#labels() : [];
    return { kind, labels, group: side === "group_left" ? "left" : "right", include };
  }

  #operand(): Expr {
    const from = this.#skip();
    switch (this.#text[from]) {
      case "(": {
        this.#expect("(");
        const expr = this.#expression();
        this.#expect(")");
        return { type: "paren", expr, from, to: this.#at };
      }
      case "{":
        return this.#selector(undefined, from);
      case '"': {
        const value = this.#string();
        return { type: "string", value, variable: holdsVariable(value), from, to: this.#at };
      }
    }
    const literal = this.#take(number);
    if (literal !== undefined) return { type: "number", value: literalValue(literal), from, to: this.#at };
    const name = this.#word(identifier);
    if (name === undefined || reserved.has(name.text.toLowerCase())) throw unusual;
    const op = name.text.toLowerCase();
    if (aggregations.has(op)) return this.#aggregate({ ...name, text: op });
    if (functions.has(name.text)) return this.#call(name);
    return this.#selector(name, from);
  }

  #call(name: Word): Call {
    const args = this.#args();
    return { type: "call", name, args, from: name.from, to: this.#at };
  }

  #aggregate(op: Word): Aggregate {
    const before = this.#grouping();
    const args = this.#args();
    let to = this.#at;
    const after = before === undefined ? this.#grouping() : undefined;
    if (after !== undefined) to = after.to;
    if (args.length === 0) throw unusual;
    return { type: "aggregate", op, grouping: before ?? after, args, from: op.from, to };
  }

  #grouping(): Grouping | undefined {
    const from = this.#skip();
    const kind = this.#take(grouping)?.toLowerCase();
    if (kind !== "by" && kind !== "without") return undefined;
    const labels = this.#labels();
    return { kind, labels, from, to: this.#at };
  }

  #args(): readonly Expr[] {
    this.#expect("(");
    const args: Expr[] = [];
    if (this.#text[this.#skip()] !== ")") {
      args.push(this.#expression());
      while (this.#text[this.#skip()] === ",") {
        this.#at++;
        args.push(this.#expression());
      }
    }
    this.#expect(")");
    return args;
  }

  #labels(): readonly Word[] {
    this.#expect("(");
    const labels: Word[] = [];
    if (this.#text[this.#skip()] !== ")") {
      labels.push(this.#label());
      while (this.#text[this.#skip()] === ",") {
        this.#at++;
        labels.push(this.#label());
      }
    }
    this.#expect(")");
    return labels;
  }

  #label(): Word {
    this.#skip();
    const word = this.#word(label);
    if (word === undefined || reserved.has(word.text.toLowerCase()) || aggregations.has(word.text.toLowerCase()))
      throw unusual;
    return word;
  }

  #selector(name: Word | undefined, from: number): Selector {
    const open = this.#skip();
    const matchers: Matcher[] = [];
    if (this.#text[open] === "(") throw unusual;
    const hasBraces = this.#text[open] === "{";
    if (!hasBraces) this.#at = name?.to ?? open;
    else {
      this.#at++;
      if (this.#text[this.#skip()] !== "}") {
        matchers.push(this.#matcher());
        while (this.#text[this.#skip()] === ",") {
          this.#at++;
          matchers.push(this.#matcher());
        }
      }
      this.#expect("}");
      if (matchers.some(({ label: of, op }) => of === "__name__" && (op === "=" || name !== undefined))) throw unusual;
    }
    const to = this.#at;
    const last = matchers.at(-1);
    return {
      type: "selector",
      name: name?.text,
      variable: false,
      head: name === undefined ? { from: open, to } : { from: name.from, to: name.to },
      matchers,
      insertion:
        last !== undefined
          ? { at: last.to, form: "next" }
          : hasBraces
            ? { at: open + 1, form: "first" }
            : { at: to, form: "braces" },
      offset: false,
      at: false,
      from,
      to,
    };
  }

  #matcher(): Matcher {
    const { text, from } = this.#label();
    this.#skip();
    const op = this.#take(matchOp);
    if (!isMatchOp(op)) throw unusual;
    this.#skip();
    const value = this.#string();
    return { label: text, op, value, variable: holdsVariable(value), from, to: this.#at };
  }

  #string(): string {
    const literal = this.#take(string);
    const read = literal === undefined ? undefined : unquote(literal);
    if (read === undefined || "problem" in read) throw unusual;
    return read.value;
  }

  #expect(char: string): void {
    if (this.#text[this.#skip()] !== char) throw unusual;
    this.#at++;
  }

  #word(token: Token): Word | undefined {
    const from = this.#at;
    const text = this.#take(token);
    return text === undefined ? undefined : { from, to: this.#at, text };
  }

  #take({ first, pattern }: Token): string | undefined {
    const from = this.#at;
    if (from >= this.#text.length || !first.includes(this.#text.charAt(from))) return undefined;
    pattern.lastIndex = from;
    if (!pattern.test(this.#text)) return undefined;
    this.#at = pattern.lastIndex;
    return this.#text.slice(from, this.#at);
  }

  /** Goes to what comes after blanks, and says where that is. */
  #skip(): number {
    while (isBlank(this.#text.charCodeAt(this.#at))) this.#at++;
    return this.#at;
  }
}

/** Space, tab, carriage return, newline. */
function isBlank(code: number): boolean {
  return code === 32 || code === 10 || code === 9 || code === 13;
}

function isMatchOp(text: string | undefined): text is MatchOp {
  return text === "=" || text === "!=" || text === "=~" || text === "!~";
}
