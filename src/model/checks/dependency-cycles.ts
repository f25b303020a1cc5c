import { type Problem, problem } from "../../diagnostics/problem.ts";
import type { Checked } from "./index.ts";

/** No service depends on itself, however far around. Each cycle is told once, at the dependency that closes it. */
export function checkDependencyCycles({ model }: Checked): readonly Problem[] {
  const problems: Problem[] = [];
  const done = new Set<string>();
  const visit = (name: string, trail: readonly string[]): void => {
    const service = model.services.get(name);
    if (service === undefined || done.has(name)) return;
    for (const [index, next] of service.dependsOn.entries()) {
      const start = next === name ? trail.length : trail.indexOf(next);
      if (start < 0) {
        visit(next, [...trail, name]);
        continue;
      }
      const circle = [...trail.slice(start), name, next].join(" → ");
      problems.push(
        problem(
          "dependency-cycle",
          [...service.source, "depends_on", index],
          `services depend on one another in a circle: ${circle}`,
          {
            hint: `remove ${next} from depends_on of ${name}, or another dependency of the circle`,
          },
        ),
      );
    }
    done.add(name);
  };
  for (const name of [...model.services.keys()].sort()) visit(name, []);
  return problems;
}
