import { generatedHeader, printComment } from "../../artifact/comment.ts";
import type { HostArtifact } from "../../artifact/place.ts";
import { shellWord } from "../../artifact/shell.ts";
import { joinHostPort } from "../../model/ip.ts";
import type { Service } from "../../model/model.ts";
import { type Health, healthOf } from "./health.ts";
import type { Member } from "./members.ts";
import { checkPath, generator } from "./names.ts";

/** The check of a service on one member: 0 where it is well. Nothing for a service that listens nowhere. */
export function renderCheckScript(member: Member, service: Service): readonly HostArtifact[] {
  const { host, settings } = member;
  const health = healthOf(service, host);
  if (health === undefined) return [];
  const source = [service.source];
  const path = checkPath(service, host);
  return [
    {
      host: host.name,
      service: service.name,
      path,
      content: print(health, { name: service.name, path, timeout: settings.check.timeout, source }),
      mode: 0o755,
      generator,
      source,
    },
  ];
}

interface About {
  readonly name: string;
  readonly path: string;
  /** Seconds after which keepalived ends it. */
  readonly timeout: number;
  readonly source: HostArtifact["source"];
}

/**
 * bash for its /dev/tcp: nothing has to be installed. What it does with the network is done without rights and ends by
 * itself just before keepalived would end it, whether the peer hangs, trickles or sends garbage.
 */
function print(health: Health, { name, path, timeout, source }: About): string {
  const comment = [
    ...generatedHeader(generator, source),
    "",
    `Whether ${name} answers on this host: exit code 0, or a reason and another code.`,
    `By hand, as root: ${path}; echo $?`,
  ];
  const where = `/dev/tcp/${health.address}/${health.port}`;
  return `#!/bin/bash
${printComment(comment)}
if [ "$1" != ask ]; then
  exec setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs \\
    timeout --kill-after=0.05 ${(timeout - 0.1).toFixed(1)} "$0" ask
fi
exec 3<>${shellWord(where)} || exit 1
${health.type === "http" ? askHttp(health) : ""}exit 0
`;
}

/** Only the status line is read: 64 characters of it, so that garbage without a line break fills no memory. */
function askHttp({ address, port, path, status }: Extract<Health, { readonly type: "http" }>): string {
  return `printf 'GET %s HTTP/1.1\\r\\nHost: %s\\r\\nUser-Agent: stackwright-check\\r\\nConnection: close\\r\\n\\r\\n' \\
  ${shellWord(path)} ${shellWord(joinHostPort(address, port))} >&3 || exit 1
IFS= read -r -n 64 answer <&3
case $answer in
  HTTP/1.[01]\\ ${status}[!0-9]*) ;;
  *) printf 'answered %q\\n' "$answer" && exit 1 ;;
esac
`;
}
