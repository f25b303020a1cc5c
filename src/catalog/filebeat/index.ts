import { z } from "zod";
import { defineKind } from "../kind.ts";
import { probeRow } from "../reachability.ts";
import { alerts } from "./alerts.ts";

const settings = z.strictObject({});

export const filebeat = defineKind<z.infer<typeof settings>>({
  id: "filebeat",
  title: "Filebeat",
  settings,
  // http.port: https://www.elastic.co/guide/en/beats/filebeat/8.5/http-endpoint.html
  port: 5066,
  endpoints: () => [],
  unscraped:
    "Filebeat's HTTP endpoint gives JSON of its own, not Prometheus' format, and the exporters for it are no longer kept up; the endpoint is asked instead",
  probe: { prober: "http", path: "/", status: 200 },
  alerts,
  dashboard: () => [probeRow("filebeat", "the HTTP endpoint of Filebeat")],
  units: () => [{ name: "filebeat" }],
  packages: () => [{ source: "https://www.elastic.co/guide/en/beats/filebeat/current/setup-repositories.html" }],
});
