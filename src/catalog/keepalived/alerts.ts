import type { AlertTemplate } from "../../signals/alert.ts";
import { vipUnreachable } from "./vip-unreachable.ts";

const vip = 'vip="web",vip_service="edge"';
const member = (host: string): string => `host="${host}",instance="${host}:9100"`;
const instance = `${vip},iname="web",intf="eth0",vrid="51"`;

/** Series of two members, so that a case reads as the pair does. */
function held(a: number | string, b: number | string): Readonly<Record<string, number | string>> {
  return {
    [`keepalived_vip_held{${vip},${member("a")}}`]: a,
    [`keepalived_vip_held{${vip},${member("b")}}`]: b,
  };
}

/** A value that has changed so many times when this minute comes, the last time just then. */
function turns(count: number, minute: number): string {
  if (count < 1) return "1x900";
  const ups = Array.from({ length: count }, (_, index) => `${index % 2}`);
  return `1x${minute - count} ${ups.join(" ")} ${(count - 1) % 2}x900`;
}

function priorities(preempt: number): Readonly<Record<string, number>> {
  return {
    [`keepalived_vrrp_base_priority{${vip},${member("a")}}`]: 254,
    [`keepalived_vrrp_base_priority{${vip},${member("b")}}`]: 253,
    [`keepalived_vrrp_preempt{${vip},${member("a")}}`]: preempt,
    [`keepalived_vrrp_preempt{${vip},${member("b")}}`]: preempt,
  };
}

/** Members may have different owners: whether a virtual IP is held is asked over all of them, and each owner is told. */
const vipAlerts: readonly AlertTemplate[] = [
  {
    name: "VipNoMaster",
    // Of a member that cannot be scraped, what it said within the last day still counts as "there is such a virtual IP".
    // Quiet where only the scrape of the last holder fails: another member that is backup hears its adverts.
    expr: `
      max by (service, owner, vip, vip_service) (
        keepalived_vip_held
        or last_over_time(keepalived_vip_held[1d]) and on (service, instance) (up{job="keepalived"} == 0)
      )
      unless on (service, vip) (keepalived_vip_held == 1)
      unless on (service, vip) (
        last_over_time(keepalived_vip_held[1d]) == 1 and on (service, instance) (up{job="keepalived"} == 0)
        and on (service, vip) (keepalived_vrrp_state == 1)
      )`,
    for: "1m",
    severity: "critical",
    about: "service",
    summary: "No host holds virtual IP {{ $labels.vip }} of {{ $labels.vip_service }}",
    description:
      "For a minute no member has had the address of {{ $labels.vip }}, or none that can be asked. {{ $labels.vip_service }} cannot be reached by it.",
    test: {
      fires: {
        ...held(0, "1x6 0x900"),
        [`up{job="keepalived",${member("a")}}`]: 1,
        [`keepalived_vrrp_state{${instance},ip_address="192.0.2.100",${member("a")}}`]: 1,
      },
      quiet: {
        ...held(0, 1),
        [`up{job="keepalived",${member("a")}}`]: 0,
        [`keepalived_vrrp_state{${instance},ip_address="192.0.2.100",${member("b")}}`]: 2,
      },
      alsoFires: [
        // Both are gone, the last holder with them: nobody is left to hear its adverts.
        {
          ...held("0x6 stale", "1x6 stale"),
          [`up{job="keepalived",${member("a")}}`]: "1x6 0x900",
          [`up{job="keepalived",${member("b")}}`]: "1x6 0x900",
        },
        // The one that held it gave it up and is gone; the other is backup and hears nothing.
        {
          ...held(0, "1x6 0 stale"),
          [`up{job="keepalived",${member("a")}}`]: 1,
          [`up{job="keepalived",${member("b")}}`]: "1x6 0x900",
          [`keepalived_vrrp_state{${instance},ip_address="192.0.2.100",${member("a")}}`]: 1,
        },
        // The one that held it is gone, and the other is in fault.
        {
          ...held(0, "1x6 stale"),
          [`up{job="keepalived",${member("a")}}`]: 1,
          [`up{job="keepalived",${member("b")}}`]: "1x6 0x900",
          [`keepalived_vrrp_state{${instance},ip_address="192.0.2.100",${member("a")}}`]: 3,
        },
        // The one that held it answers and says nothing of it any more.
        {
          ...held(0, "1x6 stale"),
          [`up{job="keepalived",${member("a")}}`]: 1,
          [`up{job="keepalived",${member("b")}}`]: 1,
          [`keepalived_vrrp_state{${instance},ip_address="192.0.2.100",${member("a")}}`]: 1,
        },
      ],
      alsoQuiet: [
        // Only the scrape of the holder fails: the other hears its adverts.
        {
          ...held(0, "1x6 stale"),
          [`up{job="keepalived",${member("a")}}`]: 1,
          [`up{job="keepalived",${member("b")}}`]: "1x6 0x900",
          [`keepalived_vrrp_state{${instance},ip_address="192.0.2.100",${member("a")}}`]: 1,
        },
        // It is no virtual IP of anybody any more: the exporters answer, and none names it.
        { ...held("1x6 stale", "0x6 stale"), [`up{job="keepalived",${member("a")}}`]: 1 },
      ],
      afterSeconds: 420,
    },
  },
  vipUnreachable,
  {
    name: "VipMultipleMasters",
    expr: `
      count by (service, owner, vip, vip_service) (keepalived_vip_held == 1)
      and on (service, vip) (sum by (service, vip) (keepalived_vip_held) > 1)`,
    for: "1m",
    severity: "critical",
    about: "service",
    summary: "Several hosts hold virtual IP {{ $labels.vip }} of {{ $labels.vip_service }}",
    description:
      "More than one member has the address of {{ $labels.vip }}: split brain, or a keepalived that crashed and left it behind. Clients reach one or the other by chance.",
    test: { fires: held(1, 1), quiet: held(1, 0), alsoQuiet: [held(0, 0)] },
  },
  {
    name: "VipFailover",
    expr: "max by (service, owner, vip, vip_service) (changes(keepalived_vip_held[10m])) > 0",
    for: "0s",
    severity: "info",
    about: "service",
    summary: "Virtual IP {{ $labels.vip }} of {{ $labels.vip_service }} has moved",
    description:
      "Within the last ten minutes the address of {{ $labels.vip }} has gone to another host. If nobody moved it, find out why the former one gave it up.",
    test: { fires: held("1 0x900", "0 1x900"), quiet: held(1, 0), afterSeconds: 60 },
  },
  {
    name: "VipFlapping",
    // Addresses are seen once per scrape; quicker turns only in keepalived's own count, which a restart resets.
    expr: `
      max by (service, owner, vip, vip_service) (changes(keepalived_vip_held[10m])) > $threshold
      or sum by (service, owner, vip, vip_service) (increase(keepalived_become_master_total[10m])) > $threshold`,
    for: "0s",
    severity: "critical",
    threshold: { default: 3, unit: "count", meaning: "moves within ten minutes" },
    about: "service",
    summary: "Virtual IP {{ $labels.vip }} of {{ $labels.vip_service }} keeps moving",
    description:
      "The address of {{ $labels.vip }} has moved {{ $value | humanize }} times within ten minutes. Each move breaks connections of {{ $labels.vip_service }}.",
    test: {
      fires: ({ threshold }) => ({
        ...held(1, 0),
        [`keepalived_become_master_total{${instance},${member("b")}}`]: `0x10 ${1.2 * threshold + 0.5}x900`,
      }),
      quiet: ({ threshold }) => ({
        ...held(1, 0),
        [`keepalived_become_master_total{${instance},${member("b")}}`]: `17+${0.08 * threshold}x900`,
      }),
      alsoFires: [({ threshold }) => held(turns(Math.floor(threshold) + 1, 11), 0)],
      alsoQuiet: [({ threshold }) => held(turns(Math.floor(threshold), 11), 0)],
      afterSeconds: 660,
    },
  },
  {
    name: "VipNotOnPreferredHost",
    expr: `
      keepalived_vip_held == 1
      and on (service, instance, vip) (
        keepalived_vrrp_base_priority
          < on (service, vip) group_left () max by (service, vip) (keepalived_vrrp_base_priority)
      )
      and on (service, instance, vip) (keepalived_vrrp_preempt == 1)`,
    for: "30m",
    severity: "warning",
    about: "instance",
    summary: "Virtual IP {{ $labels.vip }} stays on {{ $labels.host }}, not on its preferred host",
    description:
      "The inventory lets the preferred host take {{ $labels.vip }} back, but {{ $labels.host }} has held it for half an hour. The preferred host runs and does not want it, or is thought ill.",
    test: {
      fires: { ...held(0, 1), ...priorities(1) },
      quiet: { ...held(0, 1), ...priorities(0) },
      firing: [{ host: "b", instance: "b:9100", vip: "web", vip_service: "edge" }],
      alsoQuiet: [{ ...held(1, 0), ...priorities(1) }],
    },
  },
];

const errors = [
  "packet_length_errors",
  "advertisements_interval_errors",
  "ip_ttl_errors",
  "invalid_type_received",
  "authentication_invalid",
  "authentication_mismatch",
  "authentication_failure",
].map((name) => `rate(keepalived_${name}_total[5m])`);

const memberAlerts: readonly AlertTemplate[] = [
  {
    name: "KeepalivedDown",
    expr: "keepalived_up == 0",
    for: "2m",
    severity: "critical",
    about: "instance",
    summary: "keepalived is down on {{ $labels.host }}",
    description:
      "keepalived has not run or answered on {{ $labels.host }} for two minutes. Its virtual IPs cannot move to or from this host, and an address that it held may have stayed there.",
    test: { fires: { keepalived_up: 0 }, quiet: { keepalived_up: 1 } },
  },
  {
    name: "KeepalivedMetricsStale",
    expr: `
      time() - keepalived_textfile_timestamp_seconds > $threshold
      or up{job="keepalived"} == 1 unless on (service, instance) keepalived_textfile_timestamp_seconds`,
    for: "5m",
    severity: "warning",
    threshold: { default: 300, unit: "seconds", meaning: "age of the state that the node exporter hands out" },
    about: "instance",
    summary: "The state of keepalived on {{ $labels.host }} is out of date",
    description:
      "The node exporter on {{ $labels.host }} hands out an old state of keepalived, or none. Alerts on virtual IPs cannot be trusted for this host.",
    test: {
      fires: ({ threshold }) => ({ keepalived_textfile_timestamp_seconds: -threshold - 1 }),
      quiet: ({ threshold }) => ({
        keepalived_textfile_timestamp_seconds: `${-threshold}+60x5000`,
        'up{job="keepalived"}': "1x5000",
      }),
      // Nothing is handed out; a host that is down is another alert's.
      alsoFires: [{ 'up{job="keepalived"}': 1 }],
      alsoQuiet: [{ 'up{job="keepalived"}': 0 }],
    },
  },
  {
    name: "VrrpForeignAdverts",
    expr: "increase(keepalived_address_list_errors_total[10m]) > $threshold",
    for: "2m",
    severity: "warning",
    threshold: { default: 0, unit: "count", meaning: "adverts with other addresses within ten minutes" },
    about: "instance",
    summary: "{{ $labels.host }} hears adverts with addresses that are not those of {{ $labels.vip }}",
    description:
      "Somebody on {{ $labels.intf }} advertises virtual router {{ $labels.vrid }} with other addresses: a second cluster with the same id, or members of {{ $labels.vip }} with different configs. Standbys may flap.",
    test: {
      fires: ({ threshold }) => ({
        [`keepalived_address_list_errors_total{${instance}}`]: `0+${10 * (threshold + 1)}x900`,
      }),
      quiet: { [`keepalived_address_list_errors_total{${instance}}`]: 9 },
      afterSeconds: 60,
    },
  },
  {
    name: "VrrpPacketErrors",
    expr: `\n${errors.join("\n + ")} > $threshold`,
    for: "5m",
    severity: "warning",
    threshold: { default: 0, unit: "count", meaning: "adverts per second that keepalived refuses" },
    about: "instance",
    summary: "keepalived on {{ $labels.host }} refuses adverts for {{ $labels.vip }}",
    description:
      "{{ $value | humanize }} adverts per second for virtual router {{ $labels.vrid }} are malformed, have another interval, come through a router or fail authentication. A member that hears no valid advert becomes master.",
    test: {
      fires: ({ threshold }) => packetErrors(`0+${60 * (threshold + 1)}x900`),
      quiet: packetErrors(11),
      afterSeconds: 60,
    },
  },
  {
    name: "TrackScriptFailing",
    expr: "keepalived_script_status == 0",
    for: "2m",
    severity: "warning",
    about: "instance",
    summary: "Check {{ $labels.name }} of keepalived fails on {{ $labels.host }}",
    description:
      "For two minutes the check {{ $labels.name }} has failed on {{ $labels.host }}: the host cannot have virtual IPs until it passes. If it fails on every member, nobody can.",
    test: {
      fires: { 'keepalived_script_status{name="check_edge"}': 0 },
      quiet: { 'keepalived_script_status{name="check_edge"}': 1 },
    },
  },
];

function packetErrors(intervalErrors: number | string): Readonly<Record<string, number | string>> {
  return {
    [`keepalived_packet_length_errors_total{${instance}}`]: 0,
    [`keepalived_advertisements_interval_errors_total{${instance}}`]: intervalErrors,
    [`keepalived_ip_ttl_errors_total{${instance}}`]: 0,
    [`keepalived_invalid_type_received_total{${instance}}`]: 0,
    [`keepalived_authentication_invalid_total{${instance}}`]: 0,
    [`keepalived_authentication_mismatch_total{${instance}}`]: 0,
    [`keepalived_authentication_failure_total{${instance}}`]: 0,
  };
}

/** Alerts on virtual IPs (they carry `vip` and `vip_service`), then on the members. */
export const alerts: readonly AlertTemplate[] = [...vipAlerts, ...memberAlerts];
