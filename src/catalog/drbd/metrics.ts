import { counter, gauge, type MetricFamily } from "../../signals/metric.ts";

const resource = { name: "open" } as const;
const connection = { name: "open", conn_name: "open", peer_node_id: "open" } as const;
const peerDevice = { ...connection, volume: "open" } as const;
const device = { name: "open", volume: "open", minor: "open" } as const;
/** Only with `enums = true` in the section `[[prometheus]]`. */
const enums = { collector: "enums" } as const;

const roles = ["Unknown", "Primary", "Secondary"] as const;
const connectionStates = [
  "StandAlone",
  "Disconnecting",
  "Unconnected",
  "Timeout",
  "BrokenPipe",
  "NetworkFailure",
  "ProtocolError",
  "TearDown",
  "Connecting",
  "Connected",
] as const;
const diskStates = [
  "Diskless",
  "Attaching",
  "Detaching",
  "Failed",
  "Negotiating",
  "Inconsistent",
  "Outdated",
  "DUnknown",
  "Consistent",
  "UpToDate",
] as const;

/** What drbd-reactor's plugin `prometheus` gives, from src/plugin/prometheus.rs and src/drbd.rs of drbd-reactor 1.11.0. */
export const metrics: readonly MetricFamily[] = [
  gauge("drbdreactor_up"),
  gauge("drbd_version", { kmod: "open", utils: "open" }),
  gauge("drbd_resource_resources"),
  gauge("drbd_resource_role", { ...resource, drbd_resource_role: roles }, enums),
  gauge("drbd_resource_suspended", resource),
  gauge("drbd_resource_maypromote", resource),
  gauge("drbd_resource_promotionscore", resource),
  gauge("drbd_resource_forceiofailures", resource),
  gauge("drbd_connection_state", { ...connection, drbd_connection_state: connectionStates }, enums),
  gauge("drbd_connection_congested", connection),
  gauge("drbd_connection_apinflight_bytes", connection),
  gauge("drbd_connection_rsinflight_bytes", connection),
  gauge("drbd_peerdevice_outofsync_bytes", peerDevice),
  counter("drbd_peerdevice_sent_bytes", peerDevice),
  counter("drbd_peerdevice_received_bytes", peerDevice),
  gauge("drbd_device_state", { ...device, drbd_device_state: diskStates }, enums),
  gauge("drbd_device_client", device),
  gauge("drbd_device_unintentionaldiskless", device),
  gauge("drbd_device_quorum", device),
  gauge("drbd_device_open", device),
  gauge("drbd_device_size_bytes", device),
  counter("drbd_device_read_bytes_total", device),
  counter("drbd_device_written_bytes_total", device),
  counter("drbd_device_alwrites_total", device),
  counter("drbd_device_bmwrites_total", device),
  gauge("drbd_device_upperpending", device),
  gauge("drbd_device_lowerpending", device),
  gauge("drbd_device_alsuspended", device),
];
