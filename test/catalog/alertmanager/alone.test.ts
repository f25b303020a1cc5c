import { expect, test } from "vitest";
import { kinds } from "../../../src/catalog/index.ts";
import { readInventory } from "../../../src/inventory/read.ts";
import { build } from "../../../src/pipeline/build.ts";

const inventory = (hosts: string): string => `
version: 1
platform: test
segments: { lan: { cidr: 192.0.2.0/24, interface: eth0 } }
hosts:
  mon1: { address: 192.0.2.11, segment: lan }
  mon2: { address: 192.0.2.12, segment: lan }
services: { paging: { kind: alertmanager, hosts: [${hosts}] } }
alerting:
  service: paging
  receivers: { mail: { email: { to: [a@example.org], smarthost: "smtp.example.org:587", from: b@example.org } } }
  routes: { default: mail }
`;

/** What there is about Alertmanager: its alerts, and its panels. */
function about(hosts: string): readonly string[] {
  const read = readInventory(inventory(hosts));
  if (!read.ok) throw new Error("the inventory cannot be read");
  const signals = build(read, kinds, () => ({ rules: [], dashboards: [], scrapeConfigs: [] })).result?.signals;
  if (signals === undefined) throw new Error("the inventory has errors");
  const panels = signals.dashboards.filter(({ kind }) => kind === "alertmanager").flatMap(({ rows }) => rows);
  return [
    ...signals.alerts.filter(({ kind }) => kind === "alertmanager").map(({ template }) => template.name),
    ...panels.flatMap((row) => row.panels.map(({ title }) => title)),
  ];
}

const ofCluster = [
  ...["AlertmanagerMembersInconsistent", "AlertmanagerGossipDegraded", "AlertmanagerMemberFailsToSend"],
  ...["Members seen by gossip", "Gossip health", "Peers lost", "Gossip messages waiting"],
];

test("an instance alone has no alert and no panel about gossip, which would stay empty", () => {
  const alone = about("mon1");
  expect(alone).toContain("AlertmanagerFailedToSendAlerts");
  expect(ofCluster.filter((name) => alone.includes(name))).toEqual([]);
});

test("a cluster has all of them", () => {
  const pair = about("mon1, mon2");
  expect(ofCluster.filter((name) => !pair.includes(name))).toEqual([]);
});
