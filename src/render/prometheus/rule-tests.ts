import type { Artifact } from "../../artifact/artifact.ts";
import { generatedHeader } from "../../artifact/comment.ts";
import { printYaml } from "../../artifact/yaml.ts";
import type { AlertCase, CaseSeries, RecordingRule } from "../../signals/alert.ts";
import type { AlertRule, Signals } from "../../signals/signals.ts";
import { expand, type Named, named, stepSeconds, type Target, target } from "./case-series.ts";
import { type Shareable, shareTests } from "./shared-tests.ts";

const generator = "render/prometheus";

/** Unit tests for promtool, a file for each kind that has alerts; the rule file is found beside the folder. */
export function renderRuleTests(signals: Signals): readonly Artifact[] {
  const kinds = [...new Set(signals.alerts.map((rule) => rule.kind))].sort();
  return kinds.map((kind) => {
    const rules = signals.alerts.filter((rule) => rule.kind === kind);
    const source = rules[0] === undefined ? [] : [rules[0].source];
    const value = {
      rule_files: [`../${kind}.yml`],
      evaluation_interval: "1m",
      tests: testsOf(
        rules,
        signals.records.filter((record) => record.kind === kind),
      ),
    };
    return {
      path: `alerts/tests/${kind}.yml`,
      content: printYaml(value, generatedHeader(generator, source)),
      mode: 0o644,
      owner: "root:root",
      generator,
      source,
      installs: [],
    };
  });
}

/**
 * Tests of rules that stand in one file. promtool evaluates the whole file for each test, so scenarios of alerts that
 * look at different metrics share one: they cannot meet. `records` are the recording rules of the file.
 */
export function testsOf(rules: readonly AlertRule[], records: readonly RecordingRule[] = []): readonly unknown[] {
  const scenarios = rules.flatMap((rule) => scenariosOf(rule, rules));
  return shareTests(scenarios, records).map((group) => ({
    name: nameOf(group),
    interval: "1m",
    input_series: group.flatMap(({ series, untilSeconds }) =>
      series.map(({ labels, values }) => ({ series: labels, values: expand(values, untilSeconds) })),
    ),
    promql_expr_test: group.flatMap(({ rule, services, expected }) =>
      expected.map((each) => expectation(rule, services, each)),
    ),
  }));
}

function nameOf(group: readonly Scenario[]): string {
  const names = group.map(({ rule }) => `${rule.template.name}${scopeText(rule)}`);
  const more = names.length - shownNames;
  const all = more > 1 ? `${names.slice(0, shownNames).join(", ")} and ${more} others` : names.join(", ");
  const [verb, its, time] = group.length === 1 ? ["", "its", "time"] : ["s", "their", "times"];
  switch (group[0]?.situation) {
    case "quiet":
      return `${all} ${verb === "" ? "is" : "are"} silent for two services just below ${its} threshold${verb}`;
    case "trouble":
      return `${all} fire${verb === "" ? "s" : ""} at ${its} ${time}, not before, for the one of two services that is in trouble`;
    default:
      return `${all} always fire${verb === "" ? "s" : ""}`;
  }
}

const shownNames = 3;

interface Expectation {
  readonly atSeconds: number;
  readonly firing: boolean;
}

/**
 * What a rule is asked. Two services, both just below the threshold, are silent. Of two services one is in trouble: it
 * fires at its time and not one evaluation before, once, with that service's labels, and nothing else does.
 * `siblings` are, among others, the rules of the same alert with other parameters.
 */
function scenariosOf(rule: AlertRule, siblings: readonly AlertRule[]): readonly Scenario[] {
  const { template } = rule;
  const { fires, quiet, alsoFires, alsoQuiet } = seriesOf(rule, template.test);
  const [sick, well] = servicesFor(rule);
  const healthy = seriesOf(
    siblings.find((each) => each.template.name === template.name && isFor(each, well)) ?? rule,
    template.test,
  ).quiet;
  // A test evaluates each minute: an alert fires at the first evaluation at or after its time.
  const atSeconds =
    (template.test.afterSeconds ?? 0) + Math.ceil(rule.parameters.forSeconds / stepSeconds) * stepSeconds;
  const untilSeconds = atSeconds + 600;
  const base = { rule, services: [sick], untilSeconds };
  const early: readonly Expectation[] = atSeconds === 0 ? [] : [{ atSeconds: atSeconds - stepSeconds, firing: false }];
  const expected = [...early, { atSeconds, firing: true }];
  if (template.always === true) return [{ ...base, situation: "always", series: [], expected }];
  const A = target(rule, sick);
  const B = target(rule, well);
  const inTrouble = furtherServices(rule, alsoFires, furtherNames);
  const further = furtherServices(rule, alsoQuiet, furtherNames.slice(inTrouble.length));
  const seriesIn = (situations: readonly CaseSeries[], services: readonly string[]): readonly Named[] =>
    services.flatMap((service, index) => named(situations[index] ?? {}, target(rule, service)));
  const others = [...named(healthy, B), ...seriesIn(alsoQuiet, further)];
  return [
    {
      ...base,
      situation: "quiet",
      series: [...named(quiet, A), ...others],
      expected: [{ atSeconds: untilSeconds, firing: false }],
    },
    {
      ...base,
      situation: "trouble",
      services: [sick, ...inTrouble],
      series: [...named(fires, A), ...seriesIn(alsoFires, inTrouble), ...others],
      expected,
    },
  ];
}

/** A rule in one situation: the series, and what is expected when. */
interface Scenario extends Shareable {
  readonly situation: "quiet" | "trouble" | "always";
  /** Those that fire where one does. */
  readonly services: readonly string[];
  readonly series: readonly Named[];
  readonly expected: readonly Expectation[];
}

type Situation = AlertCase["fires"];

/** The series of a case, with the parameters in force put in. */
function seriesOf(
  rule: AlertRule,
  test: AlertCase,
): Readonly<Record<"fires" | "quiet", CaseSeries>> &
  Readonly<Record<"alsoFires" | "alsoQuiet", readonly CaseSeries[]>> {
  const of = (series: Situation): CaseSeries => (typeof series === "function" ? series(rule.parameters) : series);
  return {
    fires: of(test.fires),
    quiet: of(test.quiet),
    alsoFires: (test.alsoFires ?? []).map(of),
    alsoQuiet: (test.alsoQuiet ?? []).map(of),
  };
}

function isFor({ services }: AlertRule, service: string): boolean {
  if (services === undefined) return true;
  return "only" in services ? services.only.includes(service) : !services.except.includes(service);
}

function scopeText(rule: AlertRule): string {
  if (rule.services === undefined) return "";
  return "only" in rule.services
    ? ` of ${rule.services.only.join(", ")}`
    : ` of all but ${rule.services.except.join(", ")}`;
}

/** Two service names that the rule is for; the second is another one where the rule is for a single service. */
function servicesFor(rule: AlertRule): readonly [string, string] {
  if (rule.services !== undefined && "only" in rule.services) {
    const [first = "alpha", second = "beta"] = rule.services.only;
    return [first, second === first ? "gamma" : second];
  }
  return ["alpha", "beta"];
}

const furtherNames: readonly string[] = ["gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa"];

/** A service for each further situation; none where the rule is for certain services only. */
function furtherServices(
  rule: AlertRule,
  situations: readonly CaseSeries[],
  names: readonly string[],
): readonly string[] {
  if (rule.services !== undefined && "only" in rule.services) return [];
  if (situations.length > names.length) throw new Error(`${rule.template.name} has too many situations`);
  return names.slice(0, situations.length);
}

function expectation(rule: AlertRule, services: readonly string[], expected: Expectation): unknown {
  const extra = rule.template.test.firing ?? [{}];
  const names =
    rule.template.always === true
      ? []
      : ["service", "owner", ...(rule.template.about === "instance" ? ["host"] : []), ...Object.keys(extra[0] ?? {})];
  const labels = [...new Set(names)];
  const samples = services.flatMap((service) => {
    const base: Target = { service, owner: `${service}-owners`, host: `${service}-1` };
    return extra.map((own) => ({
      labels: `{${labels.map((label) => `${label}=${JSON.stringify((own[label] ?? base[label] ?? "").replaceAll("$service", service))}`).join(", ")}}`,
      value: 1,
    }));
  });
  return {
    expr: `count by (${labels.join(", ")}) (ALERTS{alertname="${rule.template.name}",alertstate="firing"})`,
    eval_time: `${expected.atSeconds}s`,
    exp_samples: expected.firing ? samples : [],
  };
}
