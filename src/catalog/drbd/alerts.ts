import type { AlertTemplate } from "../../signals/alert.ts";

const peer = 'name="r0",conn_name="store2",peer_node_id="1"';
const disk = 'name="r0",volume="0",minor="0"';
const firing = [{ name: "r0" }];

export const alerts: readonly AlertTemplate[] = [
  {
    name: "DrbdReactorDown",
    expr: 'up{job="drbd"} == 0',
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "drbd-reactor on {{ $labels.host }} does not answer",
    description:
      "drbd-reactor at {{ $labels.instance }} has not answered for 5 minutes. Replication goes on in the kernel, but nothing is known of it; resources that the reactor promotes do not fail over.",
    test: { fires: { up: 0 }, quiet: { up: 1 } },
  },
  {
    name: "DrbdDisconnected",
    expr: 'drbd_connection_state{drbd_connection_state="Connected"} == 0',
    for: "5m",
    severity: "warning",
    about: "instance",
    summary: "DRBD {{ $labels.name }} on {{ $labels.host }} is not connected to {{ $labels.conn_name }}",
    description:
      "The resource {{ $labels.name }} on {{ $labels.host }} has had no connection to {{ $labels.conn_name }} for 5 minutes. What is written now exists only once.",
    test: {
      fires: { [`drbd_connection_state{${peer},drbd_connection_state="Connected"}`]: 0 },
      quiet: {
        [`drbd_connection_state{${peer},drbd_connection_state="Connected"}`]: 1,
        [`drbd_connection_state{${peer},drbd_connection_state="StandAlone"}`]: 0,
      },
      firing,
    },
  },
  {
    name: "DrbdStandAlone",
    expr: 'drbd_connection_state{drbd_connection_state="StandAlone"} == 1',
    for: "1m",
    severity: "critical",
    about: "instance",
    summary: "DRBD {{ $labels.name }} on {{ $labels.host }} refuses to connect to {{ $labels.conn_name }}",
    description:
      "The resource {{ $labels.name }} on {{ $labels.host }} stands alone and does not try to connect any more. This is what a split brain ends in: somebody has to choose whose data stays.",
    test: {
      fires: { [`drbd_connection_state{${peer},drbd_connection_state="StandAlone"}`]: 1 },
      quiet: { [`drbd_connection_state{${peer},drbd_connection_state="StandAlone"}`]: 0 },
      firing,
    },
  },
  {
    name: "DrbdDiskNotUpToDate",
    // A client keeps no data by intent.
    expr: 'drbd_device_state{drbd_device_state="UpToDate"} == 0 unless on (job, instance, name, volume) drbd_device_client == 1',
    for: "15m",
    severity: "warning",
    about: "instance",
    summary: "The disk of DRBD {{ $labels.name }} on {{ $labels.host }} is not up to date",
    description:
      "Volume {{ $labels.volume }} of {{ $labels.name }} on {{ $labels.host }} has not been up to date for 15 minutes: it failed, is detached, or is still being synchronised. It cannot take over.",
    test: {
      fires: {
        [`drbd_device_state{${disk},drbd_device_state="UpToDate"}`]: 0,
        [`drbd_device_client{${disk}}`]: 0,
      },
      quiet: {
        [`drbd_device_state{${disk},drbd_device_state="UpToDate"}`]: 0,
        [`drbd_device_client{${disk}}`]: 1,
      },
      firing,
      alsoQuiet: [
        {
          [`drbd_device_state{${disk},drbd_device_state="UpToDate"}`]: 1,
          [`drbd_device_client{${disk}}`]: 0,
        },
      ],
    },
  },
  {
    name: "DrbdOutOfSync",
    expr: "drbd_peerdevice_outofsync_bytes > $threshold",
    for: "30m",
    severity: "warning",
    threshold: { default: 0, unit: "bytes", meaning: "data that differs from a peer's" },
    about: "instance",
    summary:
      "DRBD {{ $labels.name }} on {{ $labels.host }} differs from {{ $labels.conn_name }} by {{ $value | humanize1024 }}B",
    description:
      "{{ $value | humanize1024 }}B of {{ $labels.name }} on {{ $labels.host }} have differed from {{ $labels.conn_name }} for 30 minutes. A large resync takes long; otherwise the peer is away or a check found differences.",
    test: {
      fires: ({ threshold }) => ({ [`drbd_peerdevice_outofsync_bytes{${peer},volume="0"}`]: threshold + 4096 }),
      quiet: ({ threshold }) => ({ [`drbd_peerdevice_outofsync_bytes{${peer},volume="0"}`]: threshold }),
      firing,
    },
  },
  {
    name: "DrbdNoQuorum",
    expr: "drbd_device_quorum == 0",
    for: "1m",
    severity: "critical",
    about: "instance",
    summary: "DRBD {{ $labels.name }} on {{ $labels.host }} has no quorum",
    description:
      "Volume {{ $labels.volume }} of {{ $labels.name }} on {{ $labels.host }} has lost its quorum: writes fail or hang, as on-no-quorum says.",
    test: {
      fires: { [`drbd_device_quorum{${disk}}`]: 0 },
      quiet: { [`drbd_device_quorum{${disk}}`]: 1 },
      firing,
    },
  },
];
