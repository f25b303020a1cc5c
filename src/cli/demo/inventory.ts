import { load } from "js-yaml";
import { z } from "zod";
import { printYaml } from "../../artifact/yaml.ts";

/** What of the example is changed; all the rest stays as it is written there. */
const oneHost = z.looseObject({
  services: z.record(z.string(), z.looseObject({ kind: z.string() })),
  alerting: z.looseObject({}),
});

/** Usual ports of everything that a demo starts. */
export const usualPorts = {
  exporter: 9740,
  prometheus: 9090,
  alertmanager: 9093,
  node: 9100,
  blackbox: 9115,
  edge: 8080,
  edgeStatus: 9742,
  gateway: 3000,
  menu: 3001,
  order: 3002,
  danmu: 3003,
  receiver: 9099,
} as const;

export type Ports = Readonly<Record<keyof typeof usualPorts, number>>;

/** What of the stack runs in a demo, beside the applications and the exporter service. */
export interface Parts {
  readonly prometheus: boolean;
  readonly alertmanager: boolean;
  readonly blackbox: boolean;
  readonly node: boolean;
  readonly edge: boolean;
}

/** The sample applications, and what each asks. */
export const apps = {
  menu: [],
  order: ["menu"],
  danmu: [],
  gateway: ["menu", "order", "danmu"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type App = keyof typeof apps;

/** The alert that an injected fault brings about, and how long it has to stand here: on hosts it is 5 minutes. */
export const shownAlert = { name: "AppErrorRatio", for: "2s" } as const;

/**
 * The inventory of a demo: the example of one host, moved to loopback, with the sample applications in the place of its
 * shop, with what is installed here, and asked every two seconds so that there is something to see soon.
 */
export function demoInventory(
  example: string,
  given: {
    readonly ports: Ports;
    readonly parts: Parts;
    /** Where the inventory itself stands, and the files with the secret addresses of the receivers. */
    readonly files: { readonly inventory: string; readonly oncall: string; readonly deadman: string };
  },
): string {
  const { services, alerting, ...rest } = oneHost.parse(load(example));
  const { ports, parts, files } = given;
  const alone = { "single-point-of-failure": "a demo has one machine" };
  const hasAlerting = parts.prometheus && parts.alertmanager;
  const kept = Object.entries(services).flatMap(([name, service]) => {
    const settings = changed(service.kind, ports, { ...parts, alertmanager: hasAlerting }, files.inventory);
    return settings === undefined ? [] : [[name, { ...service, ...settings }] as const];
  });
  const inventory = {
    ...rest,
    environment: "demo",
    segments: { lan: { cidr: "127.0.0.0/8", interface: "lo" } },
    hosts: { box: { address: "127.0.0.1", segment: "lan" } },
    services: {
      ...Object.fromEntries(kept),
      node: { kind: "node", port: ports.node },
      ...Object.fromEntries(
        Object.entries(apps).map(([name, asks]) => [
          name,
          {
            kind: "nodejs",
            hosts: ["box"],
            port: ports[isApp(name) ? name : "gateway"],
            depends_on: asks,
            accept: alone,
          },
        ]),
      ),
      ...(parts.edge ? { edge: edge(ports) } : {}),
    },
    scrape: { interval: "2s" },
    ...(hasAlerting ? { alerting: toldHere(alerting, files) } : {}),
  };
  return printYaml(inventory, ["The inventory of this demo: examples/one-host.yaml, moved to loopback."]);
}

export function isApp(name: string): name is App {
  return Object.hasOwn(apps, name);
}

/** What is different in a demo for a service of the example; undefined where it does not run. */
function changed(kind: string, ports: Ports, parts: Parts, inventory: string): object | undefined {
  switch (kind) {
    case "prometheus":
      return parts.prometheus ? { port: ports.prometheus } : undefined;
    case "alertmanager":
      return parts.alertmanager ? { port: ports.alertmanager } : undefined;
    case "blackbox":
      return parts.prometheus && parts.blackbox ? { metrics: { port: ports.blackbox } } : undefined;
    case "stackwright":
      return { port: ports.exporter, stackwright: { inventory } };
    default:
      return undefined;
  }
}

function edge(ports: Ports): object {
  return {
    kind: "nginx",
    hosts: ["box"],
    accept: { "single-point-of-failure": "a demo has one machine" },
    nginx: {
      status_port: ports.edgeStatus,
      worker_processes: 1,
      sites: [
        {
          server_name: ["localhost", "127.0.0.1"],
          listen: ports.edge,
          routes: [
            { path: "/", to: "gateway" },
            { path: "/danmu", to: "danmu", websocket: true },
          ],
        },
      ],
    },
  };
}

/** The receivers of the example, at addresses that are secrets: so alerts take the bridge of the exporter service. */
function toldHere(alerting: object, files: { readonly oncall: string; readonly deadman: string }): object {
  const at = (file: string): object => ({ webhook: { url: { host_file: file } } });
  const oncall = ["oncall"];
  return {
    ...alerting,
    receivers: { oncall: at(files.oncall), deadman: at(files.deadman) },
    routes: { default: "oncall", by_severity: { critical: oncall, warning: oncall, info: oncall } },
    thresholds: { [shownAlert.name]: { for: shownAlert.for } },
  };
}
