import { z } from "zod";
import { defineKind } from "../kind.ts";
import { probeRow } from "../reachability.ts";
import { alerts } from "./alerts.ts";

const settings = z.strictObject({});

export const kibana = defineKind<z.infer<typeof settings>>({
  id: "kibana",
  title: "Kibana",
  settings,
  port: 5601,
  endpoints: () => [],
  unscraped: "Kibana has no endpoint for Prometheus and no standard exporter; its status page is asked instead",
  // 200 while Kibana and what it rests on work, 503 otherwise, for everyone:
  // https://www.elastic.co/docs/api/doc/kibana/operation/operation-get-status
  probe: { prober: "http", path: "/api/status", status: 200 },
  alerts,
  dashboard: () => [probeRow("kibana", "the status page of Kibana")],
  units: () => [{ name: "kibana" }],
  packages: () => [{ source: "https://www.elastic.co/guide/en/kibana/current/install.html" }],
});
