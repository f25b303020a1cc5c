import { expand } from "../src/catalog/expand/index.ts";
import { kinds } from "../src/catalog/index.ts";
import { compile } from "../src/model/compile.ts";
import type { Model } from "../src/model/model.ts";
import { addMatchers } from "../src/promql/rewrite.ts";
import { expressionOf } from "../src/render/prometheus/expression.ts";
import type { Signals } from "../src/signals/signals.ts";
import { largeInventory } from "./inventory.ts";

/** The platform of a thousand hosts that the expressions are about. */
export function largeModel(): { readonly model: Model; readonly signals: Signals } {
  const { model, problems } = compile(largeInventory(1000), kinds);
  if (model === undefined) throw new Error(problems[0]?.message ?? "the inventory is wrong");
  return { model, signals: expand(model, kinds) };
}

/**
 * Different expressions, as many as are asked for: those of the alerts, each for one service after the other. Those that
 * look at probes are left out, because they are about other services than their kind's.
 */
export function manyExpressions(count: number): readonly string[] {
  const { model, signals } = largeModel();
  const byKind = Map.groupBy(model.services.values(), ({ kind }) => kind);
  const rules = signals.alerts.filter(
    ({ kind, services, template }) =>
      services === undefined && kind !== "blackbox" && !template.expr.includes("probe_"),
  );
  const found = new Set<string>();
  for (let at = 0; found.size < count; at++) {
    const before = found.size;
    for (const rule of rules) {
      const service = byKind.get(rule.kind)?.[at];
      if (service === undefined || found.size === count) continue;
      found.add(addMatchers(expressionOf(rule), () => [{ label: "service", op: "=", value: service.name }]));
    }
    if (found.size === before) throw new Error(`there are only ${before} expressions`);
  }
  return [...found];
}

/** A list of expressions from a JSON text. */
export function readExpressions(text: string): readonly string[] {
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list)) throw new Error("that is no list of expressions");
  return list.map(String);
}
