import type { Origin } from "../../artifact/artifact.ts";
import { generatedHeader, printComment } from "../../artifact/comment.ts";
import { keepalivedWord } from "../../artifact/keepalived-block.ts";
import type { HostArtifact } from "../../artifact/place.ts";
import type { Member } from "./members.ts";
import { generator, tablePath } from "./names.ts";

/** What the scripts need to know of the config: a line for each virtual IP, its words parted by one blank. */
export function renderTable({ host, keepalived, routers }: Member): HostArtifact {
  const source = [...routers.map(({ vip }) => vip.source), host.source];
  const header = [...generatedHeader(generator, source), "name service interface vrid address prefix priority preempt"];
  const lines = routers.map(({ vip, priority, ...card }) =>
    [
      vip.name,
      vip.service,
      card.interface,
      vip.virtualRouterId,
      vip.address,
      vip.prefixLength,
      priority,
      vip.preempt ? 1 : 0,
    ]
      .map(keepalivedWord)
      .join(" "),
  );
  return {
    host: host.name,
    service: keepalived.name,
    path: tablePath,
    content: `${printComment(header)}${lines.join("\n")}\n`,
    generator,
    source,
    origins: routers.map(({ vip }, index): Origin => {
      const line = header.length + 1 + index;
      return { from: line, to: line, source: vip.source };
    }),
  };
}
