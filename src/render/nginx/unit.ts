import { generatedHeader } from "../../artifact/comment.ts";
import type { HostArtifact } from "../../artifact/place.ts";
import { printUnit } from "../../artifact/systemd.ts";
import type { NginxPlan } from "./plan.ts";

const generator = "render/nginx";

/**
 * Debian's unit has no `Restart=`: killed for want of memory, nginx would stay away until somebody comes, and with it the
 * second balancer. The virtual IP moves all the same, because the unit tells keepalived when it stops. A config that
 * cannot be started is tried twenty times.
 */
export function renderNginxUnit({ service }: NginxPlan): Omit<HostArtifact, "host" | "service"> {
  const source = [service.source];
  return {
    path: "/etc/systemd/system/nginx.service.d/stackwright.conf",
    content: printUnit(
      [
        {
          name: "Unit",
          directives: [
            ["StartLimitIntervalSec", "5min"],
            ["StartLimitBurst", "20"],
          ],
        },
        {
          name: "Service",
          directives: [
            ["Restart", "on-failure"],
            ["RestartSec", "2s"],
          ],
        },
      ],
      generatedHeader(generator, source),
    ),
    generator,
    source,
  };
}
