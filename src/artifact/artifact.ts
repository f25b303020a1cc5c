import type { Path } from "../diagnostics/path.ts";

/** Where an artifact goes. */
export interface Install {
  readonly host: string;
  /** Absolute path on the host. */
  readonly path: string;
  /** Unit that is reloaded when it changes. */
  readonly reload?: string;
  /** Units that are restarted when it changes, because they read it only when they start. */
  readonly restart?: readonly string[];
}

/** A stretch of lines of an artifact (1-based, both included) and the inventory path that caused it. */
export interface Origin {
  readonly from: number;
  readonly to: number;
  readonly source: Path;
  /** What wrote it, for `explain`: `catalog/mysql alert MysqlDown`. */
  readonly component?: string;
}

/** A generated file. */
export interface Artifact {
  /** Relative to the output folder, with `/`. */
  readonly path: string;
  readonly content: string;
  readonly mode: number;
  /** `USER:GROUP` on the host. */
  readonly owner: string;
  /** The folder that made it: `render/prometheus`. */
  readonly generator: string;
  /** Inventory paths behind it, most important first. */
  readonly source: readonly Path[];
  readonly installs: readonly Install[];
  /** Finer origins where lines differ; lines outside all of them belong to `source[0]`. Innermost last. */
  readonly origins?: readonly Origin[];
}
