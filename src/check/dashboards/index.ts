import type { Artifact } from "../../artifact/artifact.ts";
import { lintDashboard } from "../../render/grafana/lint.ts";
import { ownExemptions } from "../../render/grafana/lint-exempt.ts";
import type { Signals } from "../../signals/signals.ts";
import type { Complaint, Verdict } from "../toolbox.ts";

const tool = "dashboard rules";

/** dashboard-linter's rules for our dashboards, as checks of our own: the tool itself is not asked. The operator's own may look as they like. */
export function checkDashboards(artifacts: readonly Artifact[], signals: Signals): Verdict {
  const exempt = ownExemptions(signals);
  const dashboards = artifacts.filter(
    ({ generator, path, source }) =>
      generator === "render/grafana" && path.startsWith("dashboards/") && source[0]?.[0] !== "extra",
  );
  const complaints = dashboards.flatMap((artifact): readonly Complaint[] =>
    lintDashboard(JSON.parse(artifact.content), exempt).map(({ rule, panel, message }) => {
      const line =
        panel === undefined
          ? undefined
          : artifact.content.split("\n").findIndex((text) => text.includes(JSON.stringify(panel))) + 1;
      return { tool, artifact, line, text: `${rule}: ${panel === undefined ? "" : `panel "${panel}": `}${message}` };
    }),
  );
  if (complaints.length > 0) return { tool, state: "failed", complaints };
  return {
    tool,
    state: "passed",
    detail: `${dashboards.length} dashboards; dashboard-linter's rules as checks of our own`,
  };
}
