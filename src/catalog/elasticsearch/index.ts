import type { Service } from "../../model/model.ts";
import type { Unit } from "../../signals/host.ts";
import { defineKind } from "../kind.ts";
import { alerts } from "./alerts.ts";
import { dashboard } from "./dashboard.ts";
import { metrics } from "./metrics.ts";
import { type ElasticsearchSettings, elasticsearchSettings } from "./settings.ts";

const defaultPort = 9200;

export const elasticsearch = defineKind<ElasticsearchSettings>({
  id: "elasticsearch",
  title: "Elasticsearch",
  tools: ["elasticsearch_exporter"],
  settings: elasticsearchSettings,
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
  units: (service, own) => [{ name: "elasticsearch" }, exporterUnit(service, own)],
  packages: () => [
    { source: "https://www.elastic.co/guide/en/elasticsearch/reference/current/install-elasticsearch.html" },
    {
      debian: "prometheus-elasticsearch-exporter",
      source: "https://github.com/prometheus-community/elasticsearch_exporter/releases",
    },
  ],
});

/** The exporter asks the node beside it; there the certificate, which is for the host's name, proves nothing. */
function exporterUnit(service: Service, { tls, exporter }: ElasticsearchSettings): Unit {
  const address = `127.0.0.1:${service.port ?? defaultPort}`;
  return {
    name: "prometheus-elasticsearch-exporter",
    flags: tls === undefined ? [`--es.uri=http://${address}`] : [`--es.uri=https://${address}`, "--es.ssl-skip-verify"],
    ...(exporter === undefined
      ? {}
      : {
          variables: { ES_USERNAME: exporter.username },
          secretVariables: [
            {
              name: "ES_PASSWORD",
              before: "",
              after: "",
              from: exporter.password,
              source: [...service.source, "elasticsearch", "exporter", "password"],
            },
          ],
        }),
    listen: { flag: "--web.listen-address", port: 9114 },
    after: ["elasticsearch"],
    own: {
      description: "Elasticsearch exporter",
      program: ["elasticsearch_exporter"],
      user: "prometheus",
      confined: true,
    },
  };
}
