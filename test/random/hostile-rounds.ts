import { kinds } from "../../src/catalog/index.ts";
import { formatPath, type Path } from "../../src/diagnostics/path.ts";
import type { Problem } from "../../src/diagnostics/problem.ts";
import { compile } from "../../src/model/compile.ts";
import { everyField } from "./every-field.ts";
import { hostileValues } from "./hostile.ts";
import { textsOf, withTexts } from "./leaves.ts";

/** What decides which other keys there are is changed by itself elsewhere. */
const deciding = new Set(["kind", "module"]);
export const leaves = textsOf(everyField).filter(({ path }) => !deciding.has(String(path.at(-1))));

export interface Round {
  readonly tried: number;
  readonly refused: number;
  /** Texts that nothing refuses, by path as JSON. The inventory with all of them is valid. */
  readonly accepted: ReadonlyMap<string, string>;
  /** Errors that stand elsewhere than at a value that was changed. */
  readonly astray: readonly string[];
  /** Values that hold a character for breaking out, and are refused for another reason. */
  readonly unnamed: readonly string[];
}

/**
 * A hostile value in every field at once. Mistakes of form hide mistakes of meaning, so what is left is asked again
 * until it is refused nowhere.
 */
export function hostileRound(seed: number): Round {
  const values = hostileValues(leaves.length, seed);
  let texts = new Map(leaves.map(({ path }, index) => [JSON.stringify(path), values[index] ?? ""]));
  const astray: string[] = [];
  const unnamed: string[] = [];
  for (;;) {
    const errors = compile(withTexts(everyField, texts), kinds).problems.filter(({ severity }) => severity === "error");
    const at = (problem: Problem): string => JSON.stringify(problem.path);
    const refused = new Set(errors.map(at).filter((path) => texts.has(path)));
    if (errors.length > 0 && refused.size === 0) astray.push(...errors.map(told));
    if (refused.size === 0)
      return { tried: values.length, refused: values.length - texts.size, accepted: texts, astray, unnamed };
    for (const problem of errors) {
      const value = texts.get(at(problem));
      if (
        value !== undefined &&
        breaksOut.test(value) &&
        !errors.some((other) => at(other) === at(problem) && other.code === "unsafe-value")
      )
        unnamed.push(told(problem));
    }
    texts = new Map([...texts].filter(([path]) => !refused.has(path)));
  }
}

/** Characters that no field with a grammar takes. */
const breaksOut = /["'`;{}$#\\\n\r\0]/;

function told({ code, path, message }: Problem): string {
  return `${code} ${formatPath(path)}: ${message}`;
}

/** A path with a star for every name and number, so that fields can be told from places. */
export function fieldOf(path: Path): string {
  return path
    .map((step, index) => (typeof step === "number" || namesAt.has(String(path[index - 1])) ? "*" : step))
    .join(".");
}

const namesAt = new Set(["hosts", "services", "segments", "receivers", "labels", "accept", "owners", "virtual_ips"]);
