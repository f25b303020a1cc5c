import { load as loadYaml } from "js-yaml";
import { kinds } from "../../src/catalog/index.ts";
import { type Code, severities } from "../../src/diagnostics/codes.ts";
import { readInventory } from "../../src/inventory/read.ts";
import { build } from "../../src/pipeline/build.ts";
import type { OwnFiles } from "../../src/pipeline/own-parts.ts";
import { code as inline, page, table } from "./markdown.ts";
import { healthy, type ProblemText, problemTexts, type Trigger } from "./problem-examples.ts";

interface Said {
  readonly code: Code;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** Every problem code with its meaning, and what is said about an example of it: each example is really run. */
export function problemsPage(): string {
  const codes = Object.entries(problemTexts);
  return page("Problems", [
    'Every problem has a code. An `error` stops generation; a `warning` does not, unless `--strict` is given, and can be accepted where it is meant: `accept: { CODE: "the reason" }` on the object it is about, or on one around it. Errors cannot be accepted.',
    "All problems are reported in one run, each at its place. What is said below each example is what Stackwright says about it. Examples with a *rule* are expressions of an own alert, proven against the inventory at the end of this page.",
    table(
      ["code", "severity", "when"],
      codes.map(([name, { when }]) => [`[${name}](#${name})`, severities[asCode(name)], when]),
    ),
    ...codes.map(([name, text]) => section(asCode(name), text)),
    `## The healthy inventory\n\nThe examples change this one; lists and plain values replace what stands here.\n\n${fence("yaml inventory", healthy)}`,
  ]);
}

function asCode(name: string): Code {
  const found = allCodes.find((each) => each === name);
  if (found === undefined) throw new Error(`${name} is no problem code`);
  return found;
}

const allCodes = Object.keys(severities).filter((name): name is Code => name in severities);

function section(code: Code, { when, trigger }: ProblemText): string {
  return [`## ${code}`, `${severities[code]}. ${when}`, ...shown(code, trigger)].join("\n\n");
}

function shown(code: Code, trigger: Trigger): readonly string[] {
  if ("none" in trigger) return [];
  const said = saidAbout(trigger).find((each) => each.code === code);
  if (said === undefined)
    throw new Error(
      `the example of ${code} gives ${
        saidAbout(trigger)
          .map((each) => `${each.code}: ${each.message}`)
          .join("; ") || "no problem"
      }`,
    );
  const sentence = `${said.message}${said.hint === undefined ? "" : `\nfix: ${said.hint}`}`;
  return [exampleOf(trigger), fence("text", `${sentence}\n`)];
}

function exampleOf(trigger: Exclude<Trigger, { readonly none: true }>): string {
  if ("inventory" in trigger) return fence("yaml", trigger.inventory);
  if ("text" in trigger) return fence("yaml", trigger.text);
  if ("rules" in trigger) return fence("yaml", trigger.rules);
  return `Rule: ${inline(trigger.expr)}`;
}

/** All that Stackwright finds in an example. */
export function saidAbout(trigger: Exclude<Trigger, { readonly none: true }>): readonly Said[] {
  if ("text" in trigger) {
    const reading = readInventory(trigger.text);
    return reading.ok ? [] : reading.flaws;
  }
  const value = "inventory" in trigger ? merged(loadYaml(healthy), loadYaml(trigger.inventory)) : loadYaml(healthy);
  const own = "inventory" in trigger ? none : ownRules(trigger);
  const { problems, result } = build({ text: "", value }, kinds, () => own);
  return [...problems, ...(result?.proof.findings ?? [])].map(({ code, message, hint }) => ({
    code,
    message: message.replaceAll("{line}", "line N"),
    hint,
  }));
}

const none: OwnFiles = { rules: [], dashboards: [], scrapeConfigs: [] };

function ownRules(trigger: { readonly expr: string } | { readonly rules: string }): OwnFiles {
  const source = ["extra", "rules", 0];
  const file = (name: string, content: string) => ({ file: name, content, source });
  if ("rules" in trigger) return { ...none, rules: [file("rules/own.yml", trigger.rules)] };
  const rules = { groups: [{ name: "own", rules: [{ alert: "Own", expr: trigger.expr }] }] };
  const tests = "tests:\n  - alert_rule_test: [{ alertname: Own }]\n";
  return { ...none, rules: [file("rules/own.yml", JSON.stringify(rules)), file("rules/own-tests.yml", tests)] };
}

/** One over the other: maps are merged, null takes away, all else is replaced. */
function merged(under: unknown, over: unknown): unknown {
  if (!isMap(under) || !isMap(over)) return over;
  const result: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    if (value === null) delete result[key];
    else result[key] = merged(under[key], value);
  }
  return result;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\`\`\``;
}
