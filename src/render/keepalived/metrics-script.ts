import { generatedHeader, printComment } from "../../artifact/comment.ts";
import type { HostArtifact } from "../../artifact/place.ts";
import type { Member } from "./members.ts";
import { generator, metricsPath, tablePath } from "./names.ts";

/** Type and name of what keepalived's JSON dump says of an instance, and the key there. */
const families = [
  ["gauge", "keepalived_vrrp_effective_priority", "effective_priority"],
  ["counter", "keepalived_gratuitous_arp_delay_total", "garp_delay"],
  ["counter", "keepalived_advertisements_received_total", "advert_rcvd"],
  ["counter", "keepalived_advertisements_sent_total", "advert_sent"],
  ["counter", "keepalived_become_master_total", "become_master"],
  ["counter", "keepalived_release_master_total", "release_master"],
  ["counter", "keepalived_packet_length_errors_total", "packet_len_err"],
  ["counter", "keepalived_advertisements_interval_errors_total", "advert_interval_err"],
  ["counter", "keepalived_ip_ttl_errors_total", "ip_ttl_err"],
  ["counter", "keepalived_invalid_type_received_total", "invalid_type_rcvd"],
  ["counter", "keepalived_address_list_errors_total", "addr_list_err"],
  ["counter", "keepalived_authentication_invalid_total", "invalid_authtype"],
  ["counter", "keepalived_authentication_mismatch_total", "authtype_mismatch"],
  ["counter", "keepalived_authentication_failure_total", "auth_failure"],
  ["counter", "keepalived_priority_zero_received_total", "pri_zero_rcvd"],
  ["counter", "keepalived_priority_zero_sent_total", "pri_zero_sent"],
] as const;

/** Writes the state of keepalived for the textfile collector of the node exporter; the same on all members. */
export function renderMetricsScript({ host, keepalived }: Member): HostArtifact {
  const source = [keepalived.source];
  const comment = [
    ...generatedHeader(generator, source),
    "",
    `Writes what keepalived and the kernel say of the virtual IPs in ${tablePath} for the node exporter.`,
    `By hand, as root: ${metricsPath} /tmp/keepalived.prom`,
  ];
  return {
    host: host.name,
    service: keepalived.name,
    path: metricsPath,
    content: `#!/bin/sh\n${printComment(comment)}${script}`,
    mode: 0o755,
    generator,
    source,
  };
}

/*
 * keepalived writes its dumps into TMPDIR as its own process sees it, which under PrivateTmp is not ours: so they are read
 * through /proc. It writes them when it comes to it, the text first and then the JSON, which ends with a bracket.
 */
const script = `
set -u
LC_ALL=C
export LC_ALL
textfile=$1
table=${tablePath}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work" "$textfile.$$"' EXIT
: >"$work/json"
: >"$work/data"

# Until a condition holds, for two seconds at most.
await() {
  tries=40
  until "$@"; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || return 1
    sleep 0.05
  done
}
whole() {
  case $(tail -c 2 "$1" 2>/dev/null) in *']') ;; *) return 1 ;; esac
}

# Copies the dumps of the running daemon; fails where none answers.
dump() {
  read -r pid </run/keepalived.pid || return 1
  [ "$(cat "/proc/$pid/comm")" = keepalived ] || return 1
  folder=$(tr '\\0' '\\n' <"/proc/$pid/environ" | sed -n 's/^TMPDIR=//p')
  folder=/proc/$pid/root\${folder:-/tmp}
  rm -f "$folder/keepalived.data" "$folder/keepalived.json"
  kill -s USR1 "$pid" && await [ -s "$folder/keepalived.data" ] || return 1
  kill -s "$(keepalived --signum=JSON)" "$pid" && await whole "$folder/keepalived.json" || return 1
  # Not what somebody else has put there.
  [ -O "$folder/keepalived.data" ] && [ -O "$folder/keepalived.json" ] || return 1
  cat "$folder/keepalived.data" >"$work/data" && cat "$folder/keepalived.json" >"$work/json"
} 2>/dev/null

up=0
if dump; then up=1; fi
grep -v '^#' "$table" | while read -r name service interface vrid address prefix priority preempt; do
  held=0
  if [ -n "$(ip -o address show to "$address" 2>/dev/null)" ]; then held=1; fi
  echo "$name $service $interface $vrid $address $priority $preempt $held"
done >"$work/table"

awk -v up="$up" -v now="$(date +%s)" '
  function add(type, name, labels, value) {
    if (!(name in seen)) { order[++count] = name; seen[name] = type }
    samples[name] = samples[name] name (labels == "" ? "" : "{" labels "}") " " value "\\n"
  }
  function field(text, key) {
    if (!match(text, "\\"" key "\\":(\\"[^\\"]*\\"|[^,}]*)")) return ""
    text = substr(text, RSTART + length(key) + 3, RLENGTH - length(key) - 3)
    gsub(/"/, "", text)
    return text
  }
  function counters(text, vip, about) {
${families
  .map(
    ([type, name, key]) =>
      `    add("${type}", "${name}", ${type === "gauge" ? "vip" : "about"}, field(text, "${key}"))\n`,
  )
  .join("")}  }
  FILENAME == ARGV[1] {
    vip = "vip=\\"" $1 "\\",vip_service=\\"" $2 "\\""
    vips[$1] = vip
    abouts[$1] = vip ",iname=\\"" $1 "\\",intf=\\"" $3 "\\",vrid=\\"" $4 "\\""
    address[$1] = $5
    add("gauge", "keepalived_vip_held", vip, $8)
    add("gauge", "keepalived_vrrp_base_priority", vip, $6)
    add("gauge", "keepalived_vrrp_preempt", vip, $7)
  }
  FILENAME == ARGV[2] && $1 " " $2 == "VRRP Script" { script = $4 }
  FILENAME == ARGV[2] && script != "" && $1 == "Status" {
    add("gauge", "keepalived_script_status", "name=\\"" script "\\"", $3 == "GOOD" ? 1 : 0)
  }
  FILENAME == ARGV[2] && script != "" && $1 == "State" {
    add("gauge", "keepalived_script_state", "name=\\"" script "\\"", $3 == "idle" ? 0 : $3 == "running" ? 1 : 2)
    script = ""
  }
  FILENAME == ARGV[3] {
    instances = split($0, each, /{"data":/)
    for (i = 2; i <= instances; i++) {
      name = field(each[i], "iname")
      if (!(name in vips)) continue
      add("gauge", "keepalived_vrrp_state", abouts[name] ",ip_address=\\"" address[name] "\\"", field(each[i], "state"))
      counters(each[i], vips[name], abouts[name])
    }
  }
  END {
    add("gauge", "keepalived_up", "", up)
    add("gauge", "keepalived_textfile_timestamp_seconds", "", now)
    for (i = 1; i <= count; i++) printf "# TYPE %s %s\\n%s", order[i], seen[order[i]], samples[order[i]]
  }
' "$work/table" "$work/data" "$work/json" >"$textfile.$$" &&
  chmod 0644 "$textfile.$$" && mv "$textfile.$$" "$textfile"
`;
