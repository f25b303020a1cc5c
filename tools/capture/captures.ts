import type { Bench } from "../../test/real/lab/bench.ts";
import { captureBlackbox } from "./blackbox.ts";
import type { Capture } from "./captured.ts";
import { captureElasticsearch, elasticsearchNeeds } from "./elasticsearch.ts";
import { captureEtcd } from "./etcd.ts";
import { goNeed } from "./go-module.ts";
import { captureJaeger, jaegerNeeds } from "./jaeger.ts";
import { captureMonitoring } from "./monitoring.ts";
import { captureMysql } from "./mysql.ts";
import { debian, type Need } from "./needs.ts";
import { captureNginx } from "./nginx.ts";
import { captureNode } from "./node.ts";
import { captureNodejs } from "./nodejs.ts";
import { captureOtelCollector, otelCollectorNeeds } from "./otel-collector.ts";
import { captureRabbitmq, rabbitmqNeeds } from "./rabbitmq.ts";
import { captureRedis } from "./redis.ts";
import { captureSmartctl } from "./smartctl.ts";
import { captureStackwright } from "./stackwright.ts";
import { captureTomcat, tomcatNeeds } from "./tomcat.ts";
import { captureUwsgi, uwsgiNeeds } from "./uwsgi.ts";

/** What one run captures. */
export interface Captures {
  readonly needs: readonly Need[];
  /** Files of the catalog that it writes, below `src/catalog/`. */
  readonly files: readonly string[];
  /** Their contents, in the order of `files`. */
  readonly take: (bench: Bench) => Promise<readonly object[]>;
}

/** By the name that `npm run capture` takes: everything that can be captured on one machine. */
export const captures: Readonly<Record<string, Captures>> = {
  node: ofKind("node", [debian("prometheus-node-exporter")], captureNode),
  nginx: ofKind("nginx", [debian("nginx", "nginx-light"), debian("prometheus-nginx-exporter")], captureNginx),
  redis: ofKind(
    "redis",
    [debian("redis-server"), debian("redis-cli", "redis-tools"), debian("prometheus-redis-exporter")],
    captureRedis,
  ),
  mysql: ofKind("mysql", [debian("mariadbd", "mariadb-server"), debian("prometheus-mysqld-exporter")], captureMysql),
  etcd: ofKind("etcd", [debian("etcd", "etcd-server")], captureEtcd),
  nodejs: ofKind("nodejs", [], captureNodejs),
  stackwright: ofKind("stackwright", [], captureStackwright),
  rabbitmq: ofKind("rabbitmq", rabbitmqNeeds, captureRabbitmq),
  elasticsearch: ofKind("elasticsearch", elasticsearchNeeds, captureElasticsearch),
  "otel-collector": ofKind("otel-collector", otelCollectorNeeds, captureOtelCollector),
  tomcat: ofKind("tomcat", tomcatNeeds, captureTomcat),
  uwsgi: ofKind("uwsgi", uwsgiNeeds, captureUwsgi),
  smartctl: ofKind("smartctl", [goNeed], captureSmartctl),
  jaeger: ofKind("jaeger", jaegerNeeds, captureJaeger),
  monitoring: {
    needs: [debian("prometheus"), debian("prometheus-alertmanager")],
    files: ["prometheus/captured.json", "alertmanager/captured.json"],
    take: async (bench) => {
      const { prometheus, alertmanager } = await captureMonitoring(bench);
      return [prometheus, alertmanager];
    },
  },
  blackbox: {
    needs: [debian("prometheus-blackbox-exporter"), debian("nginx", "nginx-light"), debian("openssl")],
    files: ["blackbox/captured.json", "blackbox/captured-probes.json"],
    take: async (bench) => {
      const { own, probes } = await captureBlackbox(bench);
      return [own, probes];
    },
  },
};

/** What a name stands for: its own, or that of a kind which a capture writes. */
export function nameOfCapture(name: string): string | undefined {
  if (Object.hasOwn(captures, name)) return name;
  return Object.keys(captures).find((each) => captures[each]?.files.some((file) => file.startsWith(`${name}/`)));
}

function ofKind(kind: string, needs: readonly Need[], take: (bench: Bench) => Promise<Capture>): Captures {
  return { needs, files: [`${kind}/captured.json`], take: async (bench) => [await take(bench)] };
}
