import type { Code } from "../diagnostics/codes.ts";
import type { Path } from "../diagnostics/path.ts";
import type { Problem } from "../diagnostics/problem.ts";

/** What is said where something is not there; a mistake made it so. */
const ofAbsence: ReadonlySet<Code> = new Set(["missing-key", "virtual-router-id-unpinned", "unmonitored"]);
/** What follows from the hosts of a service, or from its segment: nothing can be said where they have a mistake. */
const ofVirtualIps: ReadonlySet<Code> = new Set([
  "virtual-ip-single-host",
  "virtual-ip-priority",
  "virtual-ip-outside-segment",
]);
/** What depends on which services there are. */
const ofAllServices: ReadonlySet<Code> = new Set(["unmonitored", "slo-not-measurable"]);
const ofReceivers: ReadonlySet<Code> = new Set([
  "unused-receiver",
  "unrouted-severity",
  "no-watchdog",
  "unreachable-receiver",
]);

/** Problems without those that only say what another one has said. */
export function withoutFollowUps(problems: readonly Problem[], removed: readonly Path[]): readonly Problem[] {
  const lacking = problems.filter(({ code }) => code === "missing-key").map(({ path }) => path.slice(0, 2));
  return problems.filter(
    (problem) =>
      !isFollowUp(problem, removed) &&
      !(problem.code === "unmonitored" && lacking.some((path) => startsWith(problem.path, path))),
  );
}

/**
 * Whether a problem only says what a mistake of the form has said already: values with such mistakes are left out of
 * the inventory before the model is made, and `removed` are their places. What is merely beside a mistake is no
 * follow-up, so that everything is told in one run.
 */
function isFollowUp({ code, path }: Pick<Problem, "code" | "path">, removed: readonly Path[]): boolean {
  if (code === "unknown-reference") return false;
  return removed.some((gone) => {
    if (startsWith(path, gone)) return true;
    const [section, , third] = gone;
    const sameObject = startsWith(path, gone.slice(0, 2));
    if (sameObject && ofAbsence.has(code)) return true;
    if (section === "services") {
      const isCore = gone.length < 3 || third === "hosts";
      if (isCore && (ofVirtualIps.has(code) || ofAllServices.has(code))) return true;
      return sameObject && (isCore || isSettings(gone));
    }
    if (section === "segments") return code === "virtual-ip-outside-segment";
    return (section === "owners" || section === "alerting") && ofReceivers.has(code);
  });
}

/** A kind's checks need its settings whole. Keys that every service may have are not among them. */
const common: ReadonlySet<unknown> = new Set([
  ...["external", "port", "version", "owner", "labels", "depends_on", "capacity", "slos", "health", "metrics"],
  ...["logs", "thresholds", "accept"],
]);

function isSettings([, , key, below]: Path): boolean {
  return !common.has(key) && below !== undefined;
}

function startsWith(path: Path, start: Path): boolean {
  return start.every((step, index) => path[index] === step);
}
