import type { z } from "zod";
import { formatPath, type Path } from "../diagnostics/path.ts";
import { type Problem, problem } from "../diagnostics/problem.ts";
import { isSecretPath, referenceKeys, takesReference } from "../diagnostics/secret-keys.ts";
import { quoted } from "../diagnostics/visible.ts";
import { written } from "./issues-hints.ts";
import { isAbsent, type Leaf, leavesOf } from "./issues-leaves.ts";
import { expectedAt, knownKeys, own } from "./issues-schema.ts";
import { label, near, sentence } from "./issues-words.ts";
import { hiddenValues, isHidden } from "./locate-secrets.ts";
import { isUnsafe } from "./values.ts";

export interface IssueOptions {
  /** The schema that found the issues: known keys, descriptions and bounds come from it. */
  readonly schema?: z.core.$ZodType;
  /** Where `input` stands in the inventory; goes before every path. */
  readonly at?: Path;
}

/**
 * What zod found, as problems: one for each mistake, in the inventory's words, without the value of anything that may
 * be a secret. A custom issue may bring `params: { code, hint }`; its message is a sentence, or the end of one that
 * begins with the key (`is not …`, `has …`).
 */
export function problemsOf(
  issues: readonly z.core.$ZodIssue[],
  input: unknown,
  options: IssueOptions = {},
): readonly Problem[] {
  if (issues.length === 0) return [];
  const found = new Map<string, Problem>();
  const secrets = hiddenValues(input, options.at ?? []);
  for (const leaf of issues.flatMap((issue) => leavesOf(issue, input))) {
    for (const one of problemsOfLeaf(leaf, input, secrets, options)) {
      found.set(`${formatPath(one.path)} ${one.code} ${one.message}`, one);
    }
  }
  return withoutMisspelt([...found.values()]);
}

function problemsOfLeaf(
  leaf: Leaf,
  input: unknown,
  secrets: ReadonlySet<string>,
  { schema, at = [] }: IssueOptions,
): readonly Problem[] {
  const { issue, path, inKey } = leaf;
  const full = [...at, ...path];
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(expectedAt(schema, path, input));
    return issue.keys.map((key) => unknownKey(full, key, known));
  }
  const value = path.reduce<unknown>(own, input);
  const expected = expectedAt(schema, path, input);
  if (inKey) return [wrongKey(full, leaf)];
  if (isAbsent(input, path) && issue.code !== "custom")
    return [missingKey(full, expected.description, expected.examples)];
  if (issue.message === "literal-secret") {
    if (value === null) return [problem("invalid-value", full, `${label(full)} is empty`, { hint: secretHint })];
    const message = `${label(full)} is written here as a literal; the inventory only refers to secrets`;
    return [problem("literal-secret", full, message, { hint: secretHint })];
  }
  const hidden = isHidden(full, value) || (typeof value === "string" && secrets.has(value));
  const { message, hint } = sentence(issue, full, value, expected, hidden);
  const more = hint === undefined ? {} : { hint };
  return [problem(codeOf(issue, value), full, message, more)];
}

const secretHint = "write { env: NAME }, { file: PATH } or { host_file: PATH }";

/** A character that would break out of a generated config outranks everything else that is wrong with a value. */
function codeOf(issue: z.core.$ZodIssue, value: unknown): "unsafe-value" | "invalid-value" {
  if (issue.code === "custom") {
    if (issue.params?.["code"] === "unsafe-value") return "unsafe-value";
    return "invalid-value";
  }
  const isLength = (issue.code === "too_big" || issue.code === "too_small") && issue.origin === "string";
  return typeof value === "string" && !isLength && isUnsafe(value) ? "unsafe-value" : "invalid-value";
}

function wrongKey(path: Path, { issue }: Leaf): Problem {
  const key = String(path.at(-1));
  const params = issue.code === "custom" ? issue.params : undefined;
  const hint: unknown = params?.["hint"];
  const code = isUnsafe(key) ? "unsafe-value" : "invalid-value";
  const shown = takesReference(path.slice(0, -1)) ? "a key" : `the key ${quoted(key)}`;
  const wrong = issue.code === "custom" && issue.message.startsWith("is ") ? issue.message : "is not allowed here";
  const message = `${shown} under ${where(path.slice(0, -1))} ${wrong}`;
  return problem(code, path, message, { at: "key", ...(typeof hint === "string" ? { hint } : {}) });
}

/** What people write for keys that are called otherwise here. */
const synonyms: Readonly<Record<string, readonly string[]>> = {
  vip: ["virtual_ip"],
  vips: ["virtual_ips"],
  virtual_ip: ["virtual_ips"],
  ip: ["address", "addresses"],
  addr: ["address"],
  hostname: ["server_name", "address"],
  nodes: ["hosts"],
  servers: ["hosts"],
  instances: ["hosts"],
  targets: ["hosts", "external"],
  type: ["kind"],
  vrid: ["virtual_router_id"],
  router_id: ["virtual_router_id"],
  nic: ["interface"],
  network: ["segment", "cidr"],
  subnet: ["cidr", "segment"],
  requires: ["depends_on"],
  needs: ["depends_on"],
  dependencies: ["depends_on"],
  team: ["owner"],
  tags: ["labels"],
  group: ["segment"],
  env: ["environment"],
  tz: ["timezone"],
  slo: ["slos"],
  pass: ["password"],
};

function unknownKey(parent: Path, key: string, known: readonly string[]): Problem {
  const path = [...parent, key];
  // Each of several forms knows it, and none knows it beside the other keys.
  if (known.includes(key))
    return problem("unknown-key", path, `the key ${quoted(key)} does not go with the other keys of ${where(parent)}`, {
      at: "key",
      hint: `write only one of ${known.join(", ")}`,
    });
  const word = key.toLowerCase();
  const meant =
    (Object.hasOwn(synonyms, word) ? synonyms[word] : undefined)?.find((one) => known.includes(one)) ??
    near(key, known);
  const list = known.length === 0 ? undefined : `known here: ${known.slice(0, 20).join(", ")}`;
  const hint = meant === undefined ? list : `write ${meant}`;
  const more = { at: "key" as const, ...(hint === undefined ? {} : { hint }) };
  const secret = isSecretPath(parent) || (isSecretPath([...parent, "x"]) && !referenceKeys.has(key));
  const shown = secret ? "an unknown key" : `unknown key ${quoted(key)}`;
  return problem(isUnsafe(key) ? "unsafe-value" : "unknown-key", path, `${shown} in ${where(parent)}`, more);
}

function missingKey(path: Path, description: string | undefined, examples: readonly unknown[]): Problem {
  const key = String(path.at(-1) ?? "");
  const [example] = examples;
  const simple = typeof example === "string" || typeof example === "number";
  const shown = simple
    ? `, for example ${key}: ${written(example)}`
    : description === undefined
      ? ""
      : `: ${description}`;
  return problem("missing-key", path, `${where(path.slice(0, -1))} has no ${key}`, {
    at: "parent",
    hint: `add ${key}${shown}`,
  });
}

/** A key that is probably a misspelt form of a missing one makes one problem, not two. */
function withoutMisspelt(problems: readonly Problem[]): readonly Problem[] {
  const suggested = new Set<string>();
  for (const { code, path, hint } of problems) {
    if (code === "unknown-key" && hint?.startsWith("write "))
      suggested.add(formatPath([...path.slice(0, -1), hint.slice(6)]));
  }
  return problems.filter(({ code, path }) => code !== "missing-key" || !suggested.has(formatPath(path)));
}

function where(path: Path): string {
  return path.length === 0 ? "the inventory" : formatPath(path);
}
