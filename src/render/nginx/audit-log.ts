import { generatedHeader, printComment } from "../../artifact/comment.ts";
import type { HostArtifact } from "../../artifact/place.ts";
import { auditLogFile } from "../../signals/access-log.ts";
import type { NginxPlan } from "./plan.ts";

const generator = "render/nginx";

/**
 * ModSecurity keeps the audit log open for ever, so it is copied and cut instead of renamed; records that come in
 * between are lost.
 */
const rotation = [
  "daily",
  "maxsize 200M",
  "rotate 14",
  "compress",
  "delaycompress",
  "missingok",
  "notifempty",
  "copytruncate",
];

/** Rotation of the audit log, and the file itself: nginx would make it for everybody to read. */
export function renderAuditLogFiles({
  usesWaf,
  profiles,
}: NginxPlan): readonly Omit<HostArtifact, "host" | "service">[] {
  if (!usesWaf) return [];
  const source = profiles.map((profile) => profile.source);
  const header = printComment(generatedHeader(generator, source));
  return [
    {
      path: "/etc/logrotate.d/stackwright-nginx-audit",
      content: `${header}${auditLogFile} {\n${rotation.map((line) => `    ${line}\n`).join("")}}\n`,
      generator,
      source,
    },
    {
      path: "/etc/tmpfiles.d/stackwright-nginx-audit.conf",
      content: `${header}f ${auditLogFile} 0640 root adm -\n`,
      generator,
      source,
    },
  ];
}
