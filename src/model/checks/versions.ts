import { nearest } from "../../diagnostics/nearest.ts";
import { type Problem, problem } from "../../diagnostics/problem.ts";
import type { Checked } from "./index.ts";

/** Every name under `versions` is one that something asks for; a misspelt one would leave the default in force unseen. */
export function checkVersions({ model, kinds }: Checked): readonly Problem[] {
  const known = new Set([...kinds.values()].flatMap(({ id, tools = [] }) => [id, ...tools]));
  return Object.keys(model.versions)
    .filter((name) => !known.has(name))
    .map((name) => {
      const near = nearest(name, [...known]);
      return problem("unknown-key", ["versions", name], `unknown key "${name}" in versions`, {
        at: "key",
        hint:
          near === undefined
            ? "write the name of a kind or of its exporter, as stackwright explain SERVICE tells it, or remove it"
            : `write ${near}`,
      });
    });
}
