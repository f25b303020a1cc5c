import { familiesOf, type MetricFamily } from "../../signals/metric.ts";
import captured from "./captured.json" with { type: "json" };

/** What a member of etcd 3.4 exposes on its client port. Four families are typed as gauges there but only grow. */
export const metrics: readonly MetricFamily[] = familiesOf(captured, {
  etcd_server_proposals_applied_total: { cumulative: true },
  etcd_server_proposals_committed_total: { cumulative: true },
  etcd_disk_wal_write_bytes_total: { cumulative: true },
  etcd_debugging_mvcc_total_put_size_in_bytes: { cumulative: true },
});
