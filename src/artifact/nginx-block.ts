import type { Path } from "../diagnostics/path.ts";
import type { Origin } from "./artifact.ts";
import { printComment } from "./comment.ts";

/** An argument of a directive: a text that means itself, a number, or a text with variables. */
export type NginxArgument = string | number | NginxText;

/** A text in which `$name` is a variable; made by `nginxText`. */
export interface NginxText {
  readonly variables: string;
}

/** A directive, with a block where it has `children`. */
export interface NginxDirective {
  readonly name: string;
  readonly args: readonly NginxArgument[];
  readonly children?: readonly NginxNode[];
  /** Inventory path that caused it. */
  readonly source?: Path;
  /** Lines of comment above it. */
  readonly comment?: string;
}

/** A directive, or an empty line. */
export type NginxNode = NginxDirective | "";

/** A directive that ends with a semicolon. */
export function directive(name: string, ...args: readonly NginxArgument[]): NginxDirective {
  return { name, args };
}

/** A directive with a block behind it. */
export function block(
  name: string,
  args: readonly NginxArgument[],
  children: readonly NginxNode[],
  more: Pick<NginxDirective, "source" | "comment"> = {},
): NginxDirective {
  return { name, args, children, ...more };
}

/**
 * A text with variables: what is written in the template has nginx's meaning of `$`, what is put in means itself. A
 * variable that is followed by a value is written with braces.
 */
export function nginxText(parts: TemplateStringsArray, ...values: readonly (string | number)[]): NginxText {
  return { variables: String.raw({ raw: parts }, ...values.map((value) => withoutVariables(String(value)))) };
}

/**
 * nginx has no escape for `$`: where a text that means itself has one, it is taken from a variable of this name, which a
 * config that has such texts defines by `dollarDefinition`.
 */
const dollar = "$\u007bdollar}";

/** Defines the variable that stands for a literal `$`; belongs into `http`. `geo` is the one block that reads no variables. */
export const dollarDefinition = block("geo", [{ variables: "$dollar" }], [directive("default", { variables: "$" })]);

/** True where the config needs `dollarDefinition`. */
export function needsDollar(nodes: readonly NginxNode[]): boolean {
  return nodes.some((node) => node !== "" && (node.args.some(holdsDollar) || needsDollar(node.children ?? [])));
}

function holdsDollar(argument: NginxArgument): boolean {
  if (typeof argument === "number") return false;
  return typeof argument === "string" ? argument.includes("$") : argument.variables.includes(dollar);
}

/** Prints a config under a comment. Throws on what nginx cannot quote: a line break, NUL, a text beyond its buffer. */
export function printNginx(
  nodes: readonly NginxNode[],
  header: readonly string[],
): { readonly content: string; readonly origins: readonly Origin[] } {
  const lines: string[] = [];
  const origins: { readonly from: number; to: number; readonly source: Path }[] = [];
  const top = printComment(header);
  const first = top.split("\n").length;
  const print = (node: NginxNode, indent: string): void => {
    if (node === "") {
      lines.push("");
      return;
    }
    const from = first + lines.length;
    // Around comes before what stands within.
    const origin = node.source && { from, to: from, source: node.source };
    if (origin !== undefined) origins.push(origin);
    if (node.comment !== undefined)
      for (const line of printComment([node.comment]).trimEnd().split("\n")) lines.push(indent + line);
    // What stands on the left of a map is no directive but a text, in which nginx looks for no variables.
    const head = printArgument({ variables: node.name });
    const args = node.args.map(printArgument);
    const whole = args.length === 0 ? head : `${head} ${args.join(" ")}`;
    if (node.children === undefined) lines.push(...wrapped(`${indent}${whole};`, indent, head, args));
    else {
      lines.push(`${indent}${whole} {`);
      for (const child of node.children) print(child, `${indent}    `);
      lines.push(`${indent}}`);
    }
    if (origin !== undefined) origin.to = first + lines.length - 1;
  };
  for (const node of nodes) print(node, "");
  lines.push("");
  return { content: top + lines.join("\n"), origins };
}

const widest = 160;

/** A line, or one line for each argument where that would be too long to read. */
function wrapped(line: string, indent: string, head: string, args: readonly string[]): readonly string[] {
  if (line.length <= widest || args.length < 3) return [line];
  const last = args.length - 1;
  return [`${indent}${head}`, ...args.map((arg, index) => `${indent}    ${arg}${index === last ? ";" : ""}`)];
}

/** Longer arguments do not fit into the buffer that nginx reads a config with. */
const longest = 4000;

function printArgument(argument: NginxArgument): string {
  if (typeof argument === "number") return String(argument);
  const text = typeof argument === "string" ? withoutVariables(argument) : argument.variables;
  if (text.length <= longest && plain.test(text)) return text;
  if (/[\0\r\n]/.test(text)) throw new Error(`nginx cannot write ${JSON.stringify(text)}: it has a line break or NUL`);
  if (Buffer.byteLength(text) > longest) throw new Error(`nginx cannot write ${text.length} characters at once`);
  // Either quote will do; the one that is not in the text leaves it readable.
  const quote = text.includes('"') && !text.includes("'") ? "'" : '"';
  return `${quote}${text.replaceAll(quote === '"' ? /[\\"]/g : /[\\']/g, "\\$&")}${quote}`;
}

/** Needs no quotes: none of these characters means anything to nginx's reader, wherever it stands. */
const plain = /^(?:[\w./:@%+,=*~^[\]-]|\$(?=\w))+$/;

function withoutVariables(text: string): string {
  return text.includes("$") ? text.replaceAll("$", () => dollar) : text;
}
