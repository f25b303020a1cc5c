import { z } from "zod";
import { parse } from "../../promql/parse.ts";
import type { LintedVariable } from "./lint-schema.ts";

const text = z.union([z.string(), z.object({ query: z.string() }).transform(({ query }) => query)]);

/** What is wrong with the query of a variable: only `label_values(SELECTOR, LABEL)` and plain lists are known to us. */
export function checkQuery({ type, name, query }: LintedVariable): readonly string[] {
  if (type !== "query") return [];
  const written = text.safeParse(query);
  if (!written.success) return [`variable ${name} has no query`];
  const call = /^\s*(label_values|query_result|label_names|metrics)\((.*)\)\s*$/s.exec(written.data);
  if (call === null) return [`variable ${name} asks for ${written.data}, which Grafana does not know`];
  const [, verb, inside = ""] = call;
  if (verb === "label_names" || verb === "metrics") return [];
  const expr = verb === "label_values" ? inside.replace(/,?\s*[A-Za-z_]\w*\s*$/, "") : inside;
  return expr === "" || parse(expr).ok ? [] : [`variable ${name} asks by ${expr}, which is not PromQL`];
}
