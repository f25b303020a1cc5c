import { alertmanager } from "./alertmanager/index.ts";
import { blackbox } from "./blackbox/index.ts";
import { custom } from "./custom/index.ts";
import { docker } from "./docker/index.ts";
import { drbd } from "./drbd/index.ts";
import { elasticsearch } from "./elasticsearch/index.ts";
import { etcd } from "./etcd/index.ts";
import { fastdfs } from "./fastdfs/index.ts";
import { filebeat } from "./filebeat/index.ts";
import { fluentd } from "./fluentd/index.ts";
import { grafana } from "./grafana/index.ts";
import { jaeger } from "./jaeger/index.ts";
import { jenkins } from "./jenkins/index.ts";
import { keepalived } from "./keepalived/index.ts";
import { kibana } from "./kibana/index.ts";
import type { Kind } from "./kind.ts";
import { logstash } from "./logstash/index.ts";
import { mysql } from "./mysql/index.ts";
import { nginx } from "./nginx/index.ts";
import { node } from "./node/index.ts";
import { nodejs } from "./nodejs/index.ts";
import { otelCollector } from "./otel-collector/index.ts";
import { prometheus } from "./prometheus/index.ts";
import { rabbitmq } from "./rabbitmq/index.ts";
import { redis } from "./redis/index.ts";
import { smartctl } from "./smartctl/index.ts";
import { stackwright } from "./stackwright/index.ts";
import { tomcat } from "./tomcat/index.ts";
import { uwsgi } from "./uwsgi/index.ts";
import { windows } from "./windows/index.ts";
import { zabbix } from "./zabbix/index.ts";

/** Every kind, sorted by id. */
export const kinds: readonly Kind[] = [
  alertmanager,
  blackbox,
  custom,
  docker,
  drbd,
  elasticsearch,
  etcd,
  fastdfs,
  filebeat,
  fluentd,
  grafana,
  jaeger,
  jenkins,
  keepalived,
  kibana,
  logstash,
  mysql,
  nginx,
  node,
  nodejs,
  otelCollector,
  prometheus,
  rabbitmq,
  redis,
  smartctl,
  stackwright,
  tomcat,
  uwsgi,
  windows,
  zabbix,
];
