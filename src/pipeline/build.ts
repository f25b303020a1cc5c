import type { Artifact } from "../artifact/artifact.ts";
import { type Manifest, manifestOf, sha256 } from "../artifact/manifest.ts";
import { expand } from "../catalog/expand/index.ts";
import type { Kind } from "../catalog/kind.ts";
import { checkAlerting } from "../check/alerting/index.ts";
import type { Problem } from "../diagnostics/problem.ts";
import { type Acceptance, accepted } from "../model/accept.ts";
import { compile } from "../model/compile.ts";
import type { Model } from "../model/model.ts";
import type { HostSecret } from "../model/secret-path.ts";
import { type PanelExpression, renderAll } from "../render/index.ts";
import { jobNames } from "../render/prometheus/jobs.ts";
import type { Signals } from "../signals/signals.ts";
import { ownClashes } from "./own-clashes.ts";
import { type OwnExpression, type OwnFiles, readOwnParts, takenJobNames, unmatched } from "./own-parts.ts";
import { type Proof, proveAll } from "./prove.ts";

/** What an inventory gives, all of it in memory. */
export interface Build {
  readonly problems: readonly Problem[];
  readonly accepted: readonly Acceptance[];
  /** Undefined where a problem of the inventory is an error. */
  readonly result: BuildResult | undefined;
}

export interface BuildResult {
  readonly model: Model;
  readonly signals: Signals;
  readonly artifacts: readonly Artifact[];
  readonly panels: readonly PanelExpression[];
  readonly secrets: readonly HostSecret[];
  readonly proof: Proof;
  readonly manifest: Manifest;
  readonly ownExpressions: readonly OwnExpression[];
  /** The operator's own rule files and their unit tests, as they stand beside the inventory. */
  readonly ownRules: readonly { readonly file: string; readonly content: string; readonly isTest: boolean }[];
}

/** An inventory that was read: its bytes for the digest, and its value. */
export interface ReadInventory {
  readonly text: string;
  readonly value: unknown;
}

/**
 * From an inventory to every artifact, with every expression proven. Pure: the same inventory and own files give the same
 * bytes. `ownFiles` is asked only when the model is whole.
 */
export function build(inventory: ReadInventory, kinds: readonly Kind[], ownFiles: (model: Model) => OwnFiles): Build {
  const compiled = compile(inventory.value, kinds);
  const { model } = compiled;
  if (model === undefined) return { problems: compiled.problems, accepted: compiled.accepted, result: undefined };
  const signals = expand(model, kinds);
  const files = ownFiles(model);
  const own = readOwnParts(files);
  const taken = takenJobNames(own.parts.scrapeConfigs, jobNames(signals));
  const { artifacts, panels, secrets } = renderAll(model, signals, own.parts);
  const alerting = accepted(
    [
      ...checkAlerting(model, signals),
      ...unmatched(model, files),
      ...own.problems,
      ...taken,
      ...ownClashes(own, signals, artifacts),
    ],
    inventory.value,
  );
  const dashboards = panels.map(({ artifact, panel, expr, source }) => ({
    path: artifact,
    panel,
    expr,
    source,
    isOverview: true,
  }));
  const proof = proveAll(model, signals, artifacts, dashboards, own);
  const findings = accepted(
    proof.findings.map((finding) => ({ ...finding, path: finding.source })),
    inventory.value,
  );
  return {
    problems: [...compiled.problems, ...alerting.left],
    accepted: [...compiled.accepted, ...alerting.acceptances, ...findings.acceptances],
    result: {
      model,
      signals,
      artifacts,
      panels,
      secrets,
      ownExpressions: own.expressions,
      ownRules: [
        ...own.parts.rules.map((rule) => ({ ...rule, isTest: false })),
        ...own.tests.map(({ file, content }) => ({ file, content, isTest: true })),
      ],
      proof: { ...proof, findings: findings.left },
      manifest: manifestOf(
        { platform: model.platform, environment: model.environment, inventory_sha256: sha256(inventory.text) },
        artifacts,
        secrets,
      ),
    },
  };
}
