import { nearest } from "../../diagnostics/nearest.ts";
import { type Problem, problem } from "../../diagnostics/problem.ts";
import type { Checked } from "./index.ts";

/** Names in the settings of kinds: routes to services, sites on virtual IPs, members by host. */
export function checkReferences({ model, kinds, written }: Checked): readonly Problem[] {
  const sections = {
    service: { known: model.services, section: "services", noun: "service" },
    "virtual-ip": { known: model.virtualIps, section: "virtual_ips", noun: "virtual IP" },
    host: { known: model.hosts, section: "hosts", noun: "host" },
  } as const;
  return [...model.services.values()].flatMap((service) =>
    (kinds.get(service.kind)?.references?.(service) ?? []).flatMap((reference) => {
      const { known, section, noun } = sections[reference.to];
      if (known.has(reference.name) || written.holds(section, reference.name)) return [];
      const near = nearest(reference.name, [...known.keys()]);
      const add = `add ${reference.name} under ${section}`;
      return [
        problem(
          "unknown-reference",
          reference.path,
          `service "${service.name}" names ${noun} "${reference.name}", which is not in ${section}`,
          {
            hint: near === undefined ? add : `write ${near}, or ${add}`,
          },
        ),
      ];
    }),
  );
}
