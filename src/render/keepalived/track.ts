import { generatedHeader, printComment } from "../../artifact/comment.ts";
import type { HostArtifact } from "../../artifact/place.ts";
import type { Member } from "./members.ts";
import { generator, trackFolder, trackPath } from "./names.ts";

/**
 * The track files are there before any service starts. They begin with 0: what stops writes -254, what never started fails
 * its check, and a service that ran before its unit had our drop-in is not in FAULT until its next start.
 */
export function renderTrackFiles({ host, keepalived, services }: Member): HostArtifact {
  const source = services.map((service) => service.source);
  const folders = trackFolder
    .split("/")
    .map((_, index, parts) => parts.slice(0, index + 1).join("/"))
    .slice(2);
  const lines = [
    ...folders.map((path) => `d ${path} 0755 root root -`),
    ...services.map((service) => `f ${trackPath(service)} 0644 root root - 0`),
  ];
  return {
    host: host.name,
    service: keepalived.name,
    path: "/etc/tmpfiles.d/stackwright-keepalived.conf",
    content: `${printComment(generatedHeader(generator, source))}${lines.join("\n")}\n`,
    generator,
    source,
  };
}
