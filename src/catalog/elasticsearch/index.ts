import { z } from "zod";
import { defineKind } from "../kind.ts";
import { alerts } from "./alerts.ts";
import { dashboard } from "./dashboard.ts";
import { metrics } from "./metrics.ts";

const defaultPort = 9200;
const settings = z.strictObject({});

export const elasticsearch = defineKind<z.infer<typeof settings>>({
  id: "elasticsearch",
  title: "Elasticsearch",
  tools: ["elasticsearch_exporter"],
  settings,
  cluster: { type: "quorum" },
  port: defaultPort,
  ports: () => [{ port: 9300, purpose: "traffic between nodes" }],
  endpoints: () => [
    {
      name: "elasticsearch",
      exporter: {
        name: "elasticsearch_exporter",
        version: "1.5.0",
        source:
          "captured from elasticsearch_exporter 1.5.0; https://github.com/prometheus-community/elasticsearch_exporter/blob/v1.5.0/README.md",
      },
      port: 9114,
      metrics,
    },
  ],
  probe: { prober: "tcp" },
  alerts,
  dashboard: () => [dashboard],
  units: (service) => [
    { name: "elasticsearch" },
    {
      name: "prometheus-elasticsearch-exporter",
      flags: [`--es.uri=http://127.0.0.1:${service.port ?? defaultPort}`],
      listen: { flag: "--web.listen-address", port: 9114 },
      after: ["elasticsearch"],
      own: {
        description: "Elasticsearch exporter",
        program: ["elasticsearch_exporter"],
        user: "prometheus",
        confined: true,
      },
    },
  ],
  packages: () => [
    { source: "https://www.elastic.co/guide/en/elasticsearch/reference/current/install-elasticsearch.html" },
    {
      debian: "prometheus-elasticsearch-exporter",
      source: "https://github.com/prometheus-community/elasticsearch_exporter/releases",
    },
  ],
});
