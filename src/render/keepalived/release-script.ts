import { generatedHeader, printComment } from "../../artifact/comment.ts";
import type { HostArtifact } from "../../artifact/place.ts";
import type { Member } from "./members.ts";
import { configPath, generator, releasePath, tablePath, trackFolder } from "./names.ts";

/** Takes the virtual IPs off a host whose keepalived is gone; the same on all members. */
export function renderReleaseScript({ host, keepalived }: Member): HostArtifact {
  const source = [keepalived.source];
  const comment = [
    ...generatedHeader(generator, source),
    "",
    `Takes the addresses in ${tablePath} off this host, unless a keepalived runs that may hold them.`,
    "systemd runs it when keepalived has ended: one that was killed leaves its addresses behind, and another host takes them too.",
    "An address that was left goes on answering here; so it stays until another host, which misses three adverts first, has it.",
  ];
  return {
    host: host.name,
    service: keepalived.name,
    path: releasePath,
    content: `#!/bin/sh\n${printComment(comment)}${script}`,
    mode: 0o755,
    generator,
    source,
  };
}

/*
 * Taken off at once, the address would be nowhere for three adverts: about 280 failed requests instead of 2 at 100 a second.
 * It is no use where the service is down too. Below eight seconds, since the unit's TimeoutStopSec is ten.
 * A pid file that is left over would keep a later keepalived from starting when another process has got its number.
 */
const script = `
runs() {
  read -r pid <"$1" && [ "$(cat "/proc/$pid/comm")" = keepalived ]
} 2>/dev/null

for file in /run/keepalived.pid /run/vrrp.pid; do
  if runs "$file"; then
    echo "keepalived still runs as process $pid: nothing is released"
    exit 0
  fi
done
rm -f /run/keepalived.pid /run/vrrp.pid
answers() {
  grep -v '^#' ${tablePath} | while read -r name service interface vrid address prefix priority preempt; do
    if [ -n "$(ip -o address show to "$address")" ] && [ "$(cat "${trackFolder}/$service")" = 0 ]; then echo "$name"; fi
  done
} 2>/dev/null
if [ "\${SERVICE_RESULT:-success}" != success ] && [ -n "$(answers)" ]; then
  sleep "$(awk '$1 == "advert_int" && $2 > most { most = $2 } END { print (most > 2.5 ? 8 : 3 * most + 0.5) }' ${configPath})"
fi
grep -v '^#' ${tablePath} | while read -r name service interface vrid address prefix priority preempt; do
  if ip address del "$address/$prefix" dev "$interface" 2>/dev/null; then
    echo "released $address of virtual IP $name, which keepalived left on $interface"
  fi
done
exit 0
`;
