/** One query of a panel. */
export interface Query {
  /**
   * PromQL, with `$__rate_interval` as the range of rates. Matchers on the dashboard's variables are added to every
   * selector: write none of your own for `job`, `service` or `instance`.
   */
  readonly expr: string;
  /** Grafana legend, `{{instance}} {{device}}`. */
  readonly legend: string;
  /**
   * Which variables the selectors get: `instance` (job, service and instance; the default), `service` (job and service, for
   * series that have no `instance`), `none`.
   */
  readonly narrow?: "instance" | "service" | "none";
}

/** A panel, target-neutral; the house style (data source, colours, tooltips, spans) is the renderer's. */
export interface Panel {
  readonly title: string;
  /** What it shows, what is normal, and where to look next. */
  readonly description: string;
  readonly type: "timeseries" | "stat" | "table" | "state-timeline" | "bargauge";
  /** Grafana unit id: `short`, `percentunit`, `bytes`, `Bps`, `s`, `reqps`, `ops`, `none`, `bool_yes_no`, `dateTimeAsIso` … */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** Columns of 24; 8 for a stat, 12 otherwise, unless said. */
  readonly width?: number;
  readonly min?: number;
  readonly max?: number;
  /** Values from which the colour turns: green below the first, then yellow, then red. Reversed when low is bad. */
  readonly levels?: { readonly warning: number; readonly critical: number; readonly lowIsBad?: true };
  /** Text for values, `{ "0": "down", "1": "up" }`. */
  readonly mappings?: Readonly<Record<string, string>>;
  readonly stacked?: true;
  /** What it says instead of "No data" where having nothing to show is no fault; a few words. */
  readonly whenEmpty?: string;
  /** Metrics that not every platform has: the panel is left out where none of its targets has them all. */
  readonly needs?: readonly string[];
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}
