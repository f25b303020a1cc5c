import { alertingSection, type Receivers } from "./alerting.ts";
import { type Dice, diceOf } from "./dice.ts";
import { type HostPlan, hostsSection } from "./hosts.ts";
import { type ServicePlan, servicesSection } from "./services.ts";
import { virtualIpsSection } from "./virtual-ips.ts";

export type Json = { readonly [key: string]: unknown };

export const ownerNames = ["platform", "storefront", "dba", "nobody-listed"] as const;

/**
 * A valid inventory of 1 to 40 hosts with a bit of everything: segments, legs, IPv6, kinds, roles, spares, backups,
 * what is external, virtual IPs, sites, thresholds, owners, receivers, mute times, labels. It may have warnings, but no
 * error. The same seed gives the same inventory.
 */
export function randomInventory(seed: number): Json {
  const dice = diceOf(seed);
  const { segments, hosts } = hostsSection(dice);
  const withAlerting = hosts.filter(({ os }) => os !== "windows").length > 0 && dice.chance(0.8);
  const services = servicesSection(dice, hosts, withAlerting);
  const virtualIps = virtualIpsSection(dice, { segments, hosts, services });
  const alerting: Receivers | undefined = withAlerting ? alertingSection(dice, services) : undefined;
  return {
    version: 1,
    platform: dice.pick(["shop", "p", "a-platform-with-a-longer-name"]),
    ...(dice.chance(0.5) && { environment: dice.pick(["staging", "test-2"]) }),
    ...(dice.chance(0.3) && { timezone: dice.pick(["Asia/Shanghai", "Europe/Berlin"]) }),
    ...(dice.chance(0.5) && { labels: someLabels(dice) }),
    ...(dice.chance(0.3) && { versions: { prometheus: "2.42", nginx: "1.22" } }),
    ...(dice.chance(0.5) && { default_owner: dice.pick(ownerNames) }),
    ...(alerting && { owners: alerting.owners }),
    segments: Object.fromEntries(segments.map(({ name, entry }) => [name, entry])),
    hosts: Object.fromEntries(hosts.map(({ name, entry }) => [name, entry])),
    services: Object.fromEntries(services.map(({ name, entry }) => [name, entry])),
    ...(virtualIps.length > 0 && { virtual_ips: Object.fromEntries(virtualIps) }),
    ...(dice.chance(0.4) && {
      scrape: dice.pick([{ interval: "30s" }, { interval: "1m", timeout: "20s" }, { interval: "5s" }]),
    }),
    ...observability(dice, services),
    ...(alerting && { alerting: alerting.section }),
    ...(dice.chance(0.2) && { ssh: { user: "ops", port: 2222 } }),
  };
}

/** Names and values that formats read in their own way: numbers, booleans, times, quotes, blanks. */
export function someLabels(dice: Dice): Json {
  const values = ["r1", "no", "1:30", "010", "a b", 'say "hi"', "back\\slash", "100%", "ünï", "{{ x }}", "$1", "a=b,c"];
  return Object.fromEntries(
    dice.some(["rack", "room", "tier", "Team_1", "_x"], dice.int(1, 3)).map((key) => [key, dice.pick(values)]),
  );
}

function observability(dice: Dice, services: readonly ServicePlan[]): Json {
  const named = (kind: string): string | undefined => services.find((service) => service.kind === kind)?.name;
  const [store, collector, jaeger] = [named("elasticsearch"), named("otel-collector"), named("jaeger")];
  return {
    ...(store !== undefined && dice.chance(0.5) && { logging: { store, retention: { hot: "7d", delete: "30d" } } }),
    ...(collector !== undefined && {
      tracing: {
        collector,
        sampling: { ratio: dice.pick([0.1, "25%", 1]) },
        ...(jaeger !== undefined && { exporters: [{ service: jaeger }] }),
      },
    }),
  };
}

export type { HostPlan, ServicePlan };
