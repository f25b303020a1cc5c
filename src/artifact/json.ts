import type { Path } from "../diagnostics/path.ts";
import type { Origin } from "./artifact.ts";

/** JSON of a value with two blanks of indent and a line break at the end. Keys stand in the value's order. */
export function printJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** A key of an object at the top of a document, or an item within one of them; `source` where the inventory says it. */
export type Traced =
  | { readonly key: string; readonly value: unknown; readonly source?: Path }
  | {
      readonly key: string;
      readonly items: readonly { readonly key?: string; readonly value: unknown; readonly source: Path }[];
      /** Its items have keys. */
      readonly isObject?: true;
    };

/** JSON of an object whose parts are known by line, so that a complaint about a line leads to the inventory. */
export function printTracedJson(parts: readonly Traced[]): {
  readonly content: string;
  readonly origins: readonly Origin[];
} {
  const origins: Origin[] = [];
  const lines: string[] = ["{"];
  const add = (text: string, source: Path | undefined): void => {
    const added = text.split("\n");
    if (source !== undefined) origins.push({ from: lines.length + 1, to: lines.length + added.length, source });
    lines.push(...added);
  };
  for (const [at, part] of parts.entries()) {
    const comma = at === parts.length - 1 ? "" : ",";
    if ("value" in part) add(`${printMember(part.key, part.value, 2)}${comma}`, part.source);
    else {
      const [open, close] = part.isObject === true ? "{}" : "[]";
      const name = `  ${JSON.stringify(part.key)}: ${open}`;
      if (part.items.length === 0) lines.push(`${name}${close}${comma}`);
      else {
        lines.push(name);
        for (const [index, { key, value, source }] of part.items.entries())
          add(`${printMember(key, value, 4)}${index === part.items.length - 1 ? "" : ","}`, source);
        lines.push(`  ${close}${comma}`);
      }
    }
  }
  lines.push("}", "");
  return { content: lines.join("\n"), origins };
}

function printMember(key: string | undefined, value: unknown, indent: number): string {
  const printed = JSON.stringify(value, undefined, 2).replaceAll("\n", `\n${" ".repeat(indent)}`);
  return `${" ".repeat(indent)}${key === undefined ? "" : `${JSON.stringify(key)}: `}${printed}`;
}
