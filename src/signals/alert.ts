/** What a threshold is measured in; decides how an inventory may write it (`15%`, `10s`, `512MB`, `20`). */
export type ThresholdUnit = "ratio" | "seconds" | "bytes" | "count";

export type AlertSeverity = "critical" | "warning" | "info" | "none";

/**
 * A series of a test case. The key is a metric with the labels that matter (`node_load1`, `mysql_up{host="b"}`);
 * target labels that it does not name are added. The value is a constant, or promtool's notation (`0+10x100`).
 */
export type CaseSeries = Readonly<Record<string, number | string>>;

/** The parameters of an alert with the values in force: the threshold in its base unit, `for` in seconds. */
export interface AlertParameters {
  readonly threshold: number;
  readonly forSeconds: number;
}

/** What the generated unit tests of an alert are made from. */
export interface AlertCase {
  /** Series of one service in trouble, from the first sample on. */
  readonly fires: CaseSeries | ((parameters: AlertParameters) => CaseSeries);
  /** Series of one healthy service, as near to the threshold as can be. */
  readonly quiet: CaseSeries | ((parameters: AlertParameters) => CaseSeries);
  /**
   * Other situations in which a service is in trouble (the sides of an `or`), and in which it is healthy although part of
   * the expression holds (what an `and`, an `unless` or a `> 0` in it is for). Each is a further service in the same test.
   */
  readonly alsoFires?: readonly (CaseSeries | ((parameters: AlertParameters) => CaseSeries))[];
  readonly alsoQuiet?: readonly (CaseSeries | ((parameters: AlertParameters) => CaseSeries))[];
  /**
   * How long the trouble must have lasted until the expression is true for the first time, in seconds and a multiple
   * of the test's interval of 60 s; 0 unless the expression looks back. The alert fires exactly at this + `for`.
   */
  readonly afterSeconds?: number;
  /** How often it fires for the one service in trouble: labels of each firing alert beside the service's; one alert by default. */
  readonly firing?: readonly Readonly<Record<string, string>>[];
}

/** An alert as a kind declares it. */
export interface AlertTemplate {
  /** PascalCase, unique in the catalog; also the anchor of its runbook in the kind's README. */
  readonly name: string;
  /**
   * PromQL; `$threshold` stands for the threshold's number in its base unit. Write no `service` matcher: where
   * services of a kind differ in a parameter, the matcher is added to every selector.
   * Aggregations keep `service` and `owner`: `sum by (service, owner) (…)`.
   */
  readonly expr: string;
  /** Metrics that not every service of the kind has; where none of them has it, there is no such alert. */
  readonly needs?: readonly string[];
  /** Only where the inventory says who is told: without `alerting` it would be true all the time. */
  readonly needsAlerting?: true;
  /** Prometheus duration, `0s` to fire at once. */
  readonly for: string;
  readonly severity: AlertSeverity;
  /** Value in the base unit: ratios 0 to 1, seconds, bytes or a plain number. */
  readonly threshold?: { readonly default: number; readonly unit: ThresholdUnit; readonly meaning: string };
  /** `instance`: the alert carries `host` and `instance`. `service`: one alert for the whole service. */
  readonly about: "instance" | "service";
  /** Alert templates: `{{ $labels.service }}`, `{{ $value | humanizePercentage }}`. One line. */
  readonly summary: string;
  /** What is wrong, since when, what it means, in one or two sentences; the runbook says what to do. */
  readonly description: string;
  readonly test: AlertCase;
  /**
   * Milder alerts of the same kind that say less about the same thing: they are not told while this one fires with the
   * same `service` and the same labels `by`.
   */
  readonly outranks?: { readonly alerts: readonly string[]; readonly by: readonly string[] };
  /** It fires all the time by intent, as the Watchdog does: it carries no target labels and its `test` is empty. */
  readonly always?: true;
}

/** A recording rule as a kind declares it; the name is `level:metric:operations`. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}
