import { globSync, readFileSync, realpathSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { Path } from "../diagnostics/path.ts";
import type { Model } from "../model/model.ts";
import type { OwnFile, OwnFiles } from "../pipeline/own-parts.ts";

/** Reads the files that `extra` names, below the inventory's folder; links that lead out of it are left alone. */
export function readOwnFiles(model: Model, folder: string): OwnFiles {
  return {
    rules: filesOf(model.extra.rules, ["extra", "rules"], folder),
    dashboards: filesOf(model.extra.dashboards, ["extra", "dashboards"], folder),
    scrapeConfigs: filesOf(model.extra.scrapeConfigs, ["extra", "scrape_configs"], folder),
  };
}

function filesOf(globs: readonly string[], path: Path, folder: string): readonly OwnFile[] {
  const root = realpathSync(folder);
  return globs.flatMap((glob, index) =>
    globSync(glob, { cwd: folder })
      .filter((file) => !relative(root, realpathSync(join(folder, file))).startsWith(`..${sep}`))
      .sort()
      .map((file) => ({ file, content: readFileSync(join(folder, file), "utf8"), source: [...path, index] })),
  );
}
