import { nearest } from "../diagnostics/nearest.ts";
import type { Path } from "../diagnostics/path.ts";
import { type Problem, problem } from "../diagnostics/problem.ts";
import type { ThresholdUnit } from "../signals/alert.ts";
import type { Cluster } from "../signals/signals.ts";
import type { Model, Service } from "./model.ts";

/** What the model has to know of a kind; `catalog/` gives it. */
export interface KindFacts {
  readonly id: string;
  readonly title: string;
  readonly tools?: readonly string[];
  readonly port?: number;
  readonly roles?: readonly string[];
  readonly cluster?: (service: Service) => Cluster | undefined;
  readonly alerts: readonly {
    readonly name: string;
    readonly expr?: string;
    readonly threshold?: { readonly unit: ThresholdUnit };
  }[];
  readonly probe?: unknown;
  readonly ports?: (service: Service) => readonly {
    readonly port: number;
    readonly purpose: string;
    readonly path?: Path;
  }[];
  readonly endpoints: (service: Service, model: Model) => readonly { readonly name: string; readonly port: number }[];
  readonly references?: (service: Service) => readonly {
    readonly to: "service" | "virtual-ip" | "host";
    readonly name: string;
    readonly path: Path;
  }[];
  readonly check?: (service: Service, model: Model) => readonly Problem[];
  /** Units on its hosts; those with `own` or `variables` get files of ours. */
  readonly units?: (
    service: Service,
    model: Model,
  ) => readonly { readonly name: string; readonly own?: unknown; readonly variables?: unknown }[];
  readonly hostFiles?: (service: Service, model: Model) => readonly { readonly path: string }[];
}

/** The inventory as it is written, for what the schema's output does not keep. */
export interface Written {
  /** Whether a section (`hosts`, `alerting.receivers`) has a name, also where its content is wrong. */
  readonly holds: (section: string, name: string) => boolean;
  /** What stands under the key with the kind's name in a service; `{}` where nothing does. */
  readonly settings: (service: string) => unknown;
}

/** What is passed along while an inventory becomes a model: the kinds, the names that were written, and the problems found. */
export class Resolution {
  readonly problems: Problem[] = [];
  readonly kinds: ReadonlyMap<string, KindFacts>;
  readonly written: Written;

  constructor(kinds: readonly KindFacts[], written: Written) {
    this.kinds = new Map(kinds.map((kind) => [kind.id, kind]));
    this.written = written;
  }

  report(...args: Parameters<typeof problem>): void {
    this.problems.push(problem(...args));
  }

  /**
   * The thing that a name refers to. Where there is none, says so, unless the name is written and only its own
   * content is wrong: that was said already.
   */
  lookup<T>(
    name: string,
    known: ReadonlyMap<string, T>,
    what: {
      readonly section: string;
      readonly path: Path;
      readonly at?: "key" | "value";
      readonly subject: string;
      readonly fix?: string;
    },
  ): T | undefined {
    const found = known.get(name);
    if (found !== undefined) return found;
    if (this.written.holds(what.section, name)) return undefined;
    const near = nearest(name, [...known.keys()]);
    const add = what.fix ?? `add ${name} under ${what.section}`;
    this.report("unknown-reference", what.path, `${what.subject} "${name}", which is not in ${what.section}`, {
      at: what.at ?? "value",
      hint: near === undefined ? add : `write ${near}, or ${add}`,
    });
    return undefined;
  }
}
