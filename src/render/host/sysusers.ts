import { generatedHeader, printComment } from "../../artifact/comment.ts";
import type { HostArtifact } from "../../artifact/place.ts";
import type { HostUnit } from "./units.ts";

/** Users of our own units: sysusers.d makes those that are not there. */
const users = {
  prometheus: 'u prometheus - "Prometheus daemons" /var/lib/prometheus /usr/sbin/nologin',
  stackwright: 'u stackwright - "Stackwright" /var/lib/stackwright /usr/sbin/nologin',
} as const;

/** One file for each host that has units of ours. https://www.freedesktop.org/software/systemd/man/252/sysusers.d.html */
export function sysusers(units: readonly HostUnit[], generator: string): readonly HostArtifact[] {
  const byHost = Map.groupBy(
    units.filter(({ packaged }) => !packaged),
    ({ host }) => host.name,
  );
  return [...byHost].flatMap(([host, own]) => {
    const lines = (["prometheus", "stackwright"] as const)
      .filter((name) => own.some((each) => each.own?.user === name))
      .map((name) => `${users[name]}\n`);
    if (lines.length === 0) return [];
    return [
      {
        host,
        service: "node",
        path: "/etc/sysusers.d/stackwright.conf",
        content: printComment(generatedHeader(generator, [["services"]])) + lines.join(""),
        generator,
        source: [["services"]],
      },
    ];
  });
}
