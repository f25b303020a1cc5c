import { type Dice, diceOf } from "../../random/dice.ts";
import type { Json } from "../../random/inventory.ts";

const segments = {
  front: { cidr: "198.51.100.0/24", interface: "eth0", address: (index: number) => `198.51.100.${index}`, bits: 24 },
  back: { cidr: "203.0.113.0/24", interface: "eth1", address: (index: number) => `203.0.113.${index}`, bits: 24 },
  six: {
    cidr: "2001:db8::/64",
    interface: "eth2",
    address: (index: number) => `2001:db8::${index.toString(16)}`,
    bits: 64,
  },
} as const;
const segmentNames = ["front", "back", "six"] as const;
const targets = ["app", "lone", "py", "py-http", "rds", "spares"] as const;

/**
 * A pair of balancers on two or three segments with 0 to 4 virtual IPs, and sites that make what nginx can be asked for
 * meet: shared ports and names, TLS and plain, both families, every kind of service, the firewall at every level. Not all
 * of them are valid inventories.
 */
export function randomEdge(seed: number): Json {
  const dice = diceOf(seed);
  const legs = dice.chance(0.6) ? segmentNames : (["front", "back"] as const);
  const count = dice.int(0, 4);
  const vips = Array.from({ length: count }, (_, index) => ({ name: `vip-${index}`, segment: dice.pick(legs), index }));
  return {
    version: 1,
    platform: "p",
    environment: "test",
    ...(dice.chance(0.3) && { versions: { nginx: dice.pick(["1.18", "1.22", "1.24"]) } }),
    segments: Object.fromEntries(
      segmentNames.map((name) => [name, { cidr: segments[name].cidr, interface: segments[name].interface }]),
    ),
    hosts: {
      lb1: { addresses: addresses(legs, 11), ...(dice.chance(0.3) && { os: dice.pick(["ubuntu-24.04", "rhel-9"]) }) },
      lb2: { addresses: addresses(legs, 12) },
      app1: { address: "203.0.113.21", segment: "back" },
      app2: { address: "203.0.113.22", segment: "back" },
      app3: { address: "203.0.113.23", segment: "back" },
      mon1: { address: "203.0.113.71", segment: "back" },
    },
    services: {
      edge: {
        kind: "nginx",
        hosts: ["lb1", "lb2"],
        nginx: edgeSettings(
          dice,
          vips.map(({ name }) => name),
        ),
      },
      app: { kind: "nodejs", hosts: { app1: {}, app2: { backup: true } }, port: 3000 },
      lone: { kind: "nodejs", hosts: { app1: { backup: true } }, port: 3001 },
      py: { kind: "uwsgi", hosts: ["app1", "app2"] },
      "py-http": { kind: "uwsgi", hosts: { app3: { port: 5001 } }, uwsgi: { protocol: "http" } },
      rds: { kind: "custom", external: ["service.example.net:8080", "192.0.2.80:81"], port: 8080 },
      spares: { kind: "nodejs", hosts: { app1: { spare: true } }, port: 3002 },
      ...(dice.chance(0.7) && { probes: { kind: "blackbox", hosts: ["mon1"] } }),
    },
    virtual_ips: Object.fromEntries(
      vips.map(({ name, segment, index }) => [
        name,
        {
          address: `${segments[segment].address(100 + index)}/${segments[segment].bits}`,
          service: "edge",
          segment,
          virtual_router_id: 51 + index,
          priority: dice.shuffle(["lb1", "lb2"]),
        },
      ]),
    ),
  };
}

function addresses(legs: readonly (keyof typeof segments)[], index: number): Json {
  return Object.fromEntries(legs.map((leg) => [leg, segments[leg].address(index)]));
}

function edgeSettings(dice: Dice, vips: readonly string[]): Json {
  // Every route to a service says the same of it.
  const tls = dice.pick([false, { server_name: "s.example.net" }, { server_name: "s.example.net", ca: { env: "CA" } }]);
  return {
    ...(dice.chance(0.5) && { waf: waf(dice) }),
    ...(dice.chance(0.3) && { worker_processes: dice.int(1, 64), worker_connections: 65_000, gzip: dice.chance(0.5) }),
    ...(dice.chance(0.3) && {
      client_max_body_size: dice.pick(["0B", "1023B", "100KB", "3GB", "900000TB"]),
      keepalive_timeout: dice.pick(["0s", "1h30m", "500ms", "9000y"]),
      upstream_keepalive: dice.int(0, 3),
    }),
    sites: Array.from({ length: dice.int(1, 6) }, (_, index) => site(dice, { index, vips, upstreamTls: tls })),
  };
}

const names = ["a.example.org", "A.example.org", "*.example.org", "_", `${"long-label-".repeat(5)}x.example.org`, "b"];

function site(
  dice: Dice,
  {
    index,
    vips,
    upstreamTls,
  }: { readonly index: number; readonly vips: readonly string[]; readonly upstreamTls: unknown },
): Json {
  const tls = dice.chance(0.5);
  const secret = (name: string): Json =>
    dice.pick([{ host_file: `/etc/ssl/own/${name}` }, { file: `secrets/${name}` }]);
  return {
    server_name: dice.chance(0.6) ? dice.some(names, dice.int(1, 3)) : `s${index}.example.org`,
    ...(vips.length > 0 && { virtual_ip: dice.pick(vips) }),
    ...(dice.chance(0.5) && { listen: dice.pick([8080, 8443]) }),
    ...(tls && { tls: { certificate: secret("crt"), key: secret("key") }, redirect_http: dice.chance(0.5) }),
    ...(dice.chance(0.4) && { waf: dice.pick(["off", waf(dice)]) }),
    routes: dice
      .some(["/", "/api", "/api/v2/", "/a%20b", "/x(y)*.z", "/a:b@c~d,e=f+g"], dice.int(1, 4))
      .map((path) => ({ path, to: dice.pick(targets) }))
      .map(({ path, to }) => ({
        path,
        to,
        ...(to === "rds" && { upstream_tls: upstreamTls }),
        ...(dice.chance(0.3) && { strip_prefix: true }),
        ...(dice.chance(0.3) && { websocket: true }),
        ...(dice.chance(0.3) && { balancing: dice.pick(["round_robin", "least_conn", "ip_hash"]) }),
        ...(dice.chance(0.3) && { retries: dice.int(0, 10), timeouts: { connect: dice.pick(["1ms", "5s", "1y"]) } }),
        ...(dice.chance(0.3) && { waf: dice.pick(["off", waf(dice)]) }),
      })),
  };
}

function waf(dice: Dice): Json {
  return {
    mode: dice.pick(["block", "detect"]),
    ...(dice.chance(0.5) && { allowed_methods: ["GET", "PROPFIND"] }),
    exclusions: dice.some(["/", "/q", "/a.b(c)*%20x/", "/%zz", "/?a=b"], dice.int(0, 3)).map((path) => ({
      rule: dice.pick([942100, 1, 9_999_999]),
      path,
      reason: dice.pick(reasons),
      until: "2031-01-31",
    })),
  };
}

const reasons = ["fine", 'a"; } location /x { return 200; }', "SecRule x \\", "SecRuleEngine Off", "%{x} $host # ' \\"];
