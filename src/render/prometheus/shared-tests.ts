import { selectors } from "../../promql/rewrite.ts";
import type { RecordingRule } from "../../signals/alert.ts";
import type { AlertRule } from "../../signals/signals.ts";
import { expressionOf } from "./expression.ts";

/** What has to be known of a scenario to see which others it can share a test with. */
export interface Shareable {
  readonly rule: AlertRule;
  readonly situation: string;
  readonly series: readonly { readonly name: string }[];
  /** How long the test runs. */
  readonly untilSeconds: number;
}

/**
 * Puts scenarios together that cannot disturb one another: the same situation, and none has series of a metric that
 * another one has or reads. The longest come first, so that a group is about as long as each in it. The scenarios of a
 * group, and the groups, stand in the order in which they came.
 */
export function shareTests<Scenario extends Shareable>(
  scenarios: readonly Scenario[],
  records: readonly RecordingRule[],
): readonly (readonly Scenario[])[] {
  const readsOfRule = new Map(
    [...new Set(scenarios.map(({ rule }) => rule))].map((rule) => [rule, readsOf(rule, records)]),
  );
  const groups: { readonly situation: string; readonly members: Member[] }[] = [];
  const members = scenarios.map(({ rule, situation, series, untilSeconds }, index): Member => {
    const gives = new Set(series.map(({ name }) => name));
    return { index, situation, untilSeconds, gives, reads: readsOfRule.get(rule), rule };
  });
  for (const member of members.toSorted((a, b) => b.untilSeconds - a.untilSeconds || a.index - b.index)) {
    const group = groups.find(
      (each) => each.situation === member.situation && !each.members.some((other) => disturb(member, other)),
    );
    if (group === undefined) groups.push({ situation: member.situation, members: [member] });
    else group.members.push(member);
  }
  return groups
    .map((group) => group.members.map(({ index }) => index).sort((a, b) => a - b))
    .sort(([a = 0], [b = 0]) => a - b)
    .map((group) => group.flatMap((index) => scenarios[index] ?? []));
}

interface Member {
  readonly index: number;
  readonly situation: string;
  readonly untilSeconds: number;
  readonly rule: AlertRule;
  /** Metrics of the scenario's series. */
  readonly gives: ReadonlySet<string>;
  /** Metrics that the rule looks at; undefined where it may look at any. */
  readonly reads: ReadonlySet<string> | undefined;
}

/** Rules of one alert answer to the same name, so that one would be taken for the other. */
function disturb(a: Member, b: Member): boolean {
  if (a.rule.template.name === b.rule.template.name || a.reads === undefined || b.reads === undefined) return true;
  const { reads: ours } = a;
  const { reads: theirs } = b;
  const meets = (name: string): boolean => b.gives.has(name) || theirs.has(name);
  return [...a.gives].some(meets) || [...b.gives].some((name) => ours.has(name));
}

function readsOf(rule: AlertRule, records: readonly RecordingRule[]): ReadonlySet<string> | undefined {
  const reads = new Set<string>();
  const pending = [expressionOf(rule)];
  for (let expr = pending.pop(); expr !== undefined; expr = pending.pop())
    for (const { name } of selectors(expr)) {
      if (name === undefined || name.startsWith("ALERTS")) return undefined;
      if (reads.has(name)) continue;
      reads.add(name);
      pending.push(...records.filter(({ record }) => record === name).map((record) => record.expr));
    }
  return reads;
}
