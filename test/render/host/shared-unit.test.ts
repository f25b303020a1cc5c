import { expect, test } from "vitest";
import { renderHosts } from "../../../src/render/host/index.ts";
import { resultOf } from "../../random/built.ts";

test("a unit that two services want differently ends the run, and the flags of none are dropped", () => {
  const { model, signals } = resultOf({
    version: 1,
    platform: "p",
    segments: { lan: { cidr: "192.0.2.0/24" } },
    hosts: { a: { address: "192.0.2.1", segment: "lan" } },
    services: { one: { kind: "redis", hosts: ["a"] }, watch: { kind: "blackbox", hosts: ["a"] } },
  });
  const units = signals.units.filter(({ service }) => service === "one");
  const others = units.map((each) => ({ ...each, service: "two", fact: { ...each.fact, flags: ["-other"] } }));
  expect(() => renderHosts(model, signals)).not.toThrow();
  expect(() => renderHosts(model, { ...signals, units: [...signals.units, ...others] })).toThrow(
    "services one and two want different files at /etc/default/prometheus-redis-exporter of host a",
  );
});
