import type { Path } from "../../diagnostics/path.ts";
import type { Panel } from "../../signals/panel.ts";

/** A dashboard before it is printed for Grafana. */
export interface DashboardPlan {
  /** Name of the file and end of the uid: `mysql`, `owner-dba`, `overview`. */
  readonly name: string;
  /** Unique among the dashboards of a platform. */
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** Which targets the variables offer: matchers on `up`. */
  readonly targets: readonly FixedMatcher[];
  /** Matchers on every selector whose series have the label. */
  readonly everywhere: readonly FixedMatcher[];
  readonly rows: readonly PlannedRow[];
  /** Address of the runbooks of what it shows. */
  readonly runbooks: string | undefined;
  readonly source: Path;
}

export interface FixedMatcher {
  readonly label: string;
  readonly op: "=" | "=~";
  readonly value: string;
}

export interface PlannedRow {
  readonly title: string;
  readonly panels: readonly PlannedPanel[];
}

/** A panel, and the kind whose targets it is about: metrics that every program has are narrowed to its job. */
export interface PlannedPanel {
  readonly panel: Panel;
  readonly kind: string | undefined;
  /** What stands there where it is good that there is nothing. */
  readonly empty?: string;
}
