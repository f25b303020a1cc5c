import { type Problem, problem } from "../../diagnostics/problem.ts";
import type { Service } from "../model.ts";
import type { Checked } from "./index.ts";

/** The peak fits on the active instances, and still does when the largest one is gone. Backups and spares carry nothing. */
export function checkCapacity({ model }: Checked): readonly Problem[] {
  return [...model.services.values()].flatMap(capacityOf);
}

function capacityOf(service: Service): readonly Problem[] {
  const { capacity } = service;
  const active = service.instances.filter((instance) => !instance.spare && !instance.backup);
  if (capacity === undefined || service.instances.length === 0) return [];
  const needed = capacity.peakRps * (1 + capacity.headroom);
  const carried = active.length * capacity.rpsPerHost;
  const path = [...service.source, "capacity", "peak_rps"];
  const enough = (load: number): number => Math.ceil(load / capacity.rpsPerHost - 1e-9);
  if (needed > carried + 1e-9)
    return [
      problem(
        "capacity-short",
        path,
        `service "${service.name}" needs ${round(needed)} requests/s (${capacity.peakRps} at the peak and ${round(capacity.headroom * 100)}% headroom), but ${active.length === 0 ? "it has no active host" : `its ${hosts(active.length)} ${active.length === 1 ? "carries" : "carry"} ${round(carried)}`}`,
        { hint: `run it on ${hosts(Math.max(enough(needed), enough(capacity.peakRps) + 1))}` },
      ),
    ];
  const withoutOne = carried - capacity.rpsPerHost;
  if (capacity.peakRps <= withoutOne + 1e-9) return [];
  return [
    problem(
      "capacity-n-minus-one",
      path,
      `the peak of service "${service.name}", ${capacity.peakRps} requests/s, no longer fits when ${active.length === 1 ? "its only active host is gone" : `one of its ${hosts(active.length)} is gone: the rest carry ${round(withoutOne)}`}`,
      { hint: `run it on ${hosts(enough(capacity.peakRps) + 1)}` },
    ),
  ];
}

function hosts(count: number): string {
  return `${count} active host${count === 1 ? "" : "s"}`;
}

function round(value: number): string {
  return String(Number(value.toFixed(1)));
}
