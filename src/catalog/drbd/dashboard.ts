import { scrapeRow } from "../reachability.ts";

export const dashboard = scrapeRow("drbd-reactor on each host", [
  {
    title: "Who is primary",
    description:
      "Role of each resource on each host. One primary per resource is normal; none means that nobody uses it.",
    type: "state-timeline",
    unit: "none",
    mappings: { "0": "no", "1": "primary" },
    queries: [{ expr: 'drbd_resource_role{drbd_resource_role="Primary"}', legend: "{{name}} on {{host}}" }],
  },
  {
    title: "Connected to the peer",
    description: "Whether each connection stands. All should; look at the replication network when they fall together.",
    type: "state-timeline",
    unit: "none",
    mappings: { "0": "no", "1": "connected" },
    levels: { warning: 1, critical: 1, lowIsBad: true },
    queries: [
      {
        expr: 'drbd_connection_state{drbd_connection_state="Connected"}',
        legend: "{{name}}: {{host}} to {{conn_name}}",
      },
    ],
  },
  {
    title: "Out of sync",
    description:
      "Bytes that differ from the peer. Zero is normal; a line that falls is a resync, one that stands still is stuck.",
    type: "timeseries",
    unit: "bytes",
    min: 0,
    queries: [{ expr: "drbd_peerdevice_outofsync_bytes", legend: "{{name}}: {{host}} to {{conn_name}}" }],
  },
  {
    title: "Replication traffic",
    description: "Bytes per second sent to peers. It follows the writes; more than that is a resync.",
    type: "timeseries",
    unit: "Bps",
    min: 0,
    queries: [
      { expr: "rate(drbd_peerdevice_sent_bytes[$__rate_interval])", legend: "{{name}}: {{host}} to {{conn_name}}" },
    ],
  },
]);
