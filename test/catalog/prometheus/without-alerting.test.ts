import { expect, it } from "vitest";
import { kinds } from "../../../src/catalog/index.ts";
import { readInventory } from "../../../src/inventory/read.ts";
import { build } from "../../../src/pipeline/build.ts";

const servers = `version: 1
platform: shop
segments:
  lan: { cidr: 192.0.2.0/24 }
hosts:
  a: { address: 192.0.2.1, segment: lan }
  theirs: { address: 192.0.2.2, segment: lan, managed: false }
services:
  metrics: { kind: prometheus, hosts: [a], accept: { single-point-of-failure: small } }
  paging: { kind: alertmanager, hosts: [theirs], accept: { single-point-of-failure: small } }
`;
const alerting = `alerting:
  service: paging
  receivers: { mail: { webhook: { url: "http://hooks.example.org/" } } }
  watchdog: mail
  routes: { default: mail, by_severity: { critical: [mail], warning: [mail], info: [mail] } }
`;

function alertsIn(text: string): readonly string[] {
  const reading = readInventory(text);
  if (!reading.ok) throw new Error("not YAML");
  const { result } = build(reading, kinds, () => ({ rules: [], dashboards: [], scrapeConfigs: [] }));
  return result?.signals.alerts.map(({ template }) => template.name) ?? [];
}

it("a Prometheus that is to tell nobody is not blamed for knowing no Alertmanager", () => {
  expect(alertsIn(servers)).toContain("PrometheusErrorSendingAlerts");
  expect(alertsIn(servers)).not.toContain("PrometheusNotConnectedToAlertmanagers");
  expect(alertsIn(servers + alerting)).toContain("PrometheusNotConnectedToAlertmanagers");
});
