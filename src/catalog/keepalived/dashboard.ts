import type { Row } from "../../signals/panel.ts";

const states = { "0": "init", "1": "backup", "2": "master", "3": "fault" };

export const rows: readonly Row[] = [
  {
    title: "Virtual IPs",
    panels: [
      {
        title: "Who holds what",
        description:
          "Where each address really is, over time. Exactly one host per virtual IP is normal; two at once is split brain, none is an outage.",
        type: "state-timeline",
        unit: "none",
        width: 24,
        mappings: { "0": "no", "1": "held" },
        queries: [{ expr: "max by (service, vip, host) (keepalived_vip_held)", legend: "{{vip}} {{host}}" }],
      },
      {
        title: "State of the virtual routers",
        description:
          "What keepalived thinks. It differs from the addresses above only in trouble; fault means that a check or an interface has failed: see the checks below.",
        type: "state-timeline",
        unit: "none",
        width: 24,
        mappings: states,
        queries: [{ expr: "max by (service, vip, host) (keepalived_vrrp_state)", legend: "{{vip}} {{host}}" }],
      },
      {
        title: "Holders",
        description: "How many hosts have each address. 1 is normal, anything else is an alert.",
        type: "stat",
        unit: "short",
        queries: [{ expr: "sum by (service, vip) (keepalived_vip_held)", legend: "{{vip}}" }],
        mappings: { "0": "nobody", "1": "one" },
      },
      {
        title: "Moves",
        description:
          "How often a host became master, within an hour. Single moves are failovers or maintenance; a series is flapping: look at the checks and at foreign adverts.",
        type: "timeseries",
        unit: "short",
        width: 16,
        queries: [{ expr: "increase(keepalived_become_master_total[1h])", legend: "{{vip}} {{host}}" }],
      },
      {
        title: "Priorities",
        description:
          "Priority from the config and the one in force. A failed check with a weight lowers the one in force; the highest should hold the address where preempt is on.",
        type: "table",
        unit: "short",
        queries: [
          { expr: "keepalived_vrrp_base_priority", legend: "{{vip}} {{host}} configured" },
          { expr: "keepalived_vrrp_effective_priority", legend: "{{vip}} {{host}} in force" },
        ],
      },
    ],
  },
  {
    title: "Adverts",
    panels: [
      {
        title: "Adverts sent",
        description: "By the master only, one per advert interval. Two senders for one address at once: split brain.",
        type: "timeseries",
        unit: "pps",
        queries: [{ expr: "rate(keepalived_advertisements_sent_total[$__rate_interval])", legend: "{{vip}} {{host}}" }],
      },
      {
        title: "Adverts received",
        description:
          "By every backup, as many as the master sends. Less means loss on the segment; a backup that hears none takes the address.",
        type: "timeseries",
        unit: "pps",
        queries: [
          { expr: "rate(keepalived_advertisements_received_total[$__rate_interval])", legend: "{{vip}} {{host}}" },
        ],
      },
      {
        title: "Foreign adverts",
        description:
          "Adverts for our virtual router id with other addresses, per second. Always 0; otherwise another cluster uses the id: stackwright doctor --vrid INTERFACE lists them.",
        type: "timeseries",
        unit: "pps",
        queries: [{ expr: "rate(keepalived_address_list_errors_total[$__rate_interval])", legend: "{{vip}} {{host}}" }],
      },
      {
        title: "Refused adverts",
        description: "Adverts with a wrong interval, time to live, type, length or authentication. Always 0.",
        type: "timeseries",
        unit: "pps",
        queries: [
          {
            expr: "rate(keepalived_advertisements_interval_errors_total[$__rate_interval])",
            legend: "{{vip}} {{host}} interval",
          },
          { expr: "rate(keepalived_ip_ttl_errors_total[$__rate_interval])", legend: "{{vip}} {{host}} time to live" },
          { expr: "rate(keepalived_invalid_type_received_total[$__rate_interval])", legend: "{{vip}} {{host}} type" },
          { expr: "rate(keepalived_packet_length_errors_total[$__rate_interval])", legend: "{{vip}} {{host}} length" },
          {
            expr: "rate(keepalived_authentication_failure_total[$__rate_interval])",
            legend: "{{vip}} {{host}} authentication",
          },
        ],
      },
    ],
  },
  {
    title: "Members",
    panels: [
      {
        title: "keepalived up",
        description: "Whether the daemon runs and answers. If not: journalctl -u keepalived on the host.",
        type: "stat",
        unit: "bool_yes_no",
        mappings: { "0": "down", "1": "up" },
        levels: { warning: 1, critical: 1, lowIsBad: true },
        queries: [{ expr: "keepalived_up", legend: "{{host}}" }],
      },
      {
        title: "Checks",
        description:
          "Whether the checks of the local service pass. A member with a failing check gives its addresses away; look at the service on that host.",
        type: "state-timeline",
        unit: "none",
        width: 16,
        mappings: { "0": "bad", "1": "good" },
        levels: { warning: 1, critical: 1, lowIsBad: true },
        queries: [{ expr: "keepalived_script_status", legend: "{{host}} {{name}}" }],
      },
      {
        title: "Age of the state",
        description:
          "How old the numbers on this page are, by host. A few scrape intervals at most; if it grows, the timer that writes the textfile is dead.",
        type: "timeseries",
        unit: "s",
        queries: [{ expr: "time() - keepalived_textfile_timestamp_seconds", legend: "{{host}}" }],
        levels: { warning: 60, critical: 300 },
      },
    ],
  },
];
