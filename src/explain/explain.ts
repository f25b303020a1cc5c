import type { Artifact } from "../artifact/artifact.ts";
import type { Path } from "../diagnostics/path.ts";
import type { Model } from "../model/model.ts";
import type { Signals } from "../signals/signals.ts";
import { explainAlert } from "./alert.ts";
import { explainFile } from "./file.ts";
import { explainOwn, type OwnPlace, ownWords } from "./own.ts";
import { explainPanel, type PanelPlace } from "./panel.ts";
import { explainHost, explainPort, explainService, explainVirtualIp } from "./place.ts";

/** Where one thing comes from. */
export interface Explanation {
  /** What it is: `alert MysqlDown`, `alerts/mysql.yml line 12`. */
  readonly subject: string;
  /** What there is to know, in the order of importance. */
  readonly facts: readonly string[];
  /** The component that made it: `catalog/mysql`, `render/prometheus`. */
  readonly component: string | undefined;
  /** Inventory paths behind it, most important first. */
  readonly sources: readonly Path[];
}

/** Everything that an explanation can draw on. */
export interface Explainable {
  readonly model: Model;
  readonly signals: Signals;
  readonly artifacts: readonly Artifact[];
  readonly panels: readonly PanelPlace[];
  /** What the operator brought along. */
  readonly own?: readonly OwnPlace[];
  /** What listens on the hosts, as their kinds know it; only ports are explained by it. */
  readonly listeners?: readonly {
    readonly service: string;
    readonly host: string;
    readonly port: number;
    readonly purpose: string;
    readonly path: Path;
  }[];
}

/** Every meaning that a word can have: a host and a service may share a name. Empty where it means nothing. */
export function explain(what: string, world: Explainable): readonly Explanation[] {
  return [
    ...explainFile(what, world),
    ...explainAlert(what, world),
    ...explainPanel(what, world),
    ...explainOwn(what, world.own ?? []),
    ...explainService(what, world),
    ...explainHost(what, world),
    ...explainVirtualIp(what, world),
    ...explainPort(what, world),
  ];
}

/** All words that `explain` knows, for a suggestion. */
export function knownWords({ model, signals, artifacts, panels, own = [] }: Explainable): readonly string[] {
  return [
    ...artifacts.map((artifact) => artifact.path),
    ...signals.alerts.map((rule) => rule.template.name),
    ...panels.map((panel) => panel.title),
    ...ownWords(own),
    ...model.services.keys(),
    ...model.hosts.keys(),
    ...model.virtualIps.keys(),
  ];
}
