import type { Dice } from "./dice.ts";
import type { Json } from "./inventory.ts";
import type { ServicePlan } from "./services.ts";

interface Around {
  readonly kind: string;
  readonly hosts: readonly string[];
  readonly earlier: readonly ServicePlan[];
}

/** Settings of a kind under its name, or none. */
export function settingsOf(dice: Dice, around: Around): Json {
  const of = settings[around.kind];
  if (of === undefined || !dice.chance(0.7)) return {};
  return { [around.kind]: of(dice, around) };
}

const settings: Readonly<Record<string, (dice: Dice, around: Around) => Json>> = {
  alertmanager: (dice) => ({ retention: dice.pick(["5d", "120h"]) }),
  blackbox: (dice) => ({
    timeout: dice.pick(["3s", "5s"]),
    ip_protocol: dice.pick(["ip4", "ip6"]),
    targets: dice.some(
      [
        { module: "http_2xx", url: "https://www.example.org/a?b=c" },
        { module: "tcp_connect", address: "mail.example.org:25" },
        { module: "icmp", address: "gw.example.org" },
        { module: "dns_udp", address: "[2001:db8::53]:53" },
      ],
      dice.int(0, 4),
    ),
  }),
  fastdfs: (_, { hosts }) => ({ trackers: hosts }),
  grafana: () => ({ external_url: "https://grafana.example.org/x", admin_password: { file: "secrets/grafana" } }),
  mysql: (dice) => ({
    ...dice.pick([
      { topology: "replication", semi_sync: "after_sync" },
      { distribution: "mysql", max_connections: 500 },
      { topology: "galera" },
    ]),
    exporter: {
      user: "exporter",
      password: dice.pick([{ env: "MYSQL_PASSWORD" }, { file: "secrets/mysql" }]),
      ...(dice.chance(0.3) && { heartbeat: {} }),
    },
  }),
  nginx: (dice, { earlier }) => ({ sites: sites(dice, earlier) }),
  nodejs: (_dice, { earlier }) => ({ unit: `app-${earlier.length}` }),
  prometheus: (dice) => ({ retention: dice.pick(["15d", "90d"]), ...(dice.chance(0.3) && { retention_size: "20GB" }) }),
  redis: (dice, { hosts }) => ({
    mode:
      hosts.length % 2 === 1 && hosts.length > 1 ? dice.pick(["sentinel", "replication", "cluster"]) : "replication",
    password: { file: "secrets/redis" },
  }),
  uwsgi: (dice) => ({ protocol: "http", processes: dice.int(1, 8) }),
};

/** Sites that lead to services which listen somewhere; each has a name of its own. */
function sites(dice: Dice, earlier: readonly ServicePlan[]): readonly Json[] {
  const targets = earlier.filter(
    ({ kind, active }) => ["nodejs", "tomcat", "uwsgi", "grafana", "jenkins"].includes(kind) && active.length > 0,
  );
  return targets.map(({ name }, index) => ({
    server_name: dice.chance(0.3) ? [`s${index}.example.org`, `*.s${index}.example.org`] : `s${index}.example.org`,
    ...(dice.chance(0.5) && {
      redirect_http: dice.chance(0.5),
      listen: 8443,
      tls: { certificate: { host_file: "/etc/ssl/site.crt" }, key: { host_file: "/etc/ssl/site.key" } },
    }),
    ...(dice.chance(0.4) && {
      waf: dice.pick([
        "off",
        { mode: "detect" },
        {
          mode: "block",
          exclusions: [{ rule: 942100, path: "/q", reason: 'it\'s {{ fine }} "really"', until: "2031-01-31" }],
        },
      ]),
    }),
    routes: [
      { path: "/", to: name, ...(dice.chance(0.3) && { websocket: true }) },
      { path: `/api-${index}`, to: name, strip_prefix: true },
    ],
  }));
}
