import { chmod } from "node:fs/promises";
import type { Bench } from "../../test/real/lab/bench.ts";
import { eventually, get } from "../../test/real/lab/waiting.ts";
import { type Capture, families, versionIn } from "./captured.ts";
import { debian } from "./needs.ts";
import { scrape } from "./scrape.ts";
import { merge } from "./text-format.ts";

const programs = "/usr/lib/rabbitmq/bin";

export const rabbitmqNeeds = [
  debian(`${programs}/rabbitmq-server`, "rabbitmq-server"),
  debian("epmd", "erlang-base"),
  debian("amqp-publish", "amqp-tools"),
  debian("amqp-consume", "amqp-tools"),
];

interface Node {
  readonly name: string;
  readonly amqp: number;
  readonly metrics: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Two nodes of one cluster with the plugin rabbitmq_prometheus, a durable queue, a publisher and a consumer. */
export async function captureRabbitmq(bench: Bench): Promise<Capture> {
  const nodes = await startNodes(bench);
  const [first, second] = nodes;
  if (first === undefined || second === undefined) throw new Error("two nodes were started");
  for (const step of [["stop_app"], ["join_cluster", first.name], ["start_app"]]) await control(bench, second, step);
  await use(bench, first);
  const texts = await Promise.all(nodes.map((node) => eventually(() => get(node.metrics))));
  return {
    exporter: "rabbitmq_prometheus",
    version: versionIn(texts.join("\n"), /rabbitmq_build_info\{[^}]*rabbitmq_version="(\d+(?:\.\d+)+)/),
    flags: [],
    source: "two RabbitMQ nodes in one cluster with a queue, a publisher and a consumer; GET /metrics",
    families: families(merge(await Promise.all(nodes.map((node) => scrape(node.metrics))))),
  };
}

async function startNodes(bench: Bench): Promise<readonly Node[]> {
  const mapper = String(await bench.freePort());
  bench.start("epmd", ["-port", mapper, "-address", "127.0.0.1"]);
  // Who knows the cookie may command the node.
  await chmod(await bench.write("home/.erlang.cookie", crypto.randomUUID()), 0o400);
  const plugins = await bench.write("plugins", "[rabbitmq_prometheus].\n");
  const nodes: Node[] = [];
  for (const name of ["one", "two"]) {
    const [amqp, metrics] = [await bench.freePort(), await bench.freePort()];
    const config = await bench.write(
      `${name}.conf`,
      [
        `listeners.tcp.1 = 127.0.0.1:${amqp}`,
        "prometheus.tcp.ip = 127.0.0.1",
        `prometheus.tcp.port = ${metrics}`,
        "",
      ].join("\n"),
    );
    const environment = {
      HOME: bench.path("home"),
      ERL_EPMD_PORT: mapper,
      ERL_EPMD_ADDRESS: "127.0.0.1",
      RABBITMQ_NODENAME: `${name}@localhost`,
      RABBITMQ_DIST_PORT: String(await bench.freePort()),
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "-kernel inet_dist_use_interface {127,0,0,1}",
      RABBITMQ_CONF_ENV_FILE: bench.path("none"),
      RABBITMQ_CONFIG_FILE: config,
      RABBITMQ_ENABLED_PLUGINS_FILE: plugins,
      RABBITMQ_MNESIA_BASE: bench.path("mnesia"),
      RABBITMQ_LOG_BASE: bench.path("log"),
      RABBITMQ_GENERATED_CONFIG_DIR: bench.path(`generated-${name}`),
    };
    bench.start(`${programs}/rabbitmq-server`, [], environment);
    nodes.push({ name: `${name}@localhost`, amqp, metrics: `http://127.0.0.1:${metrics}/metrics`, environment });
  }
  for (const node of nodes) await eventually(() => get(node.metrics), 120);
  return nodes;
}

/** Messages that are taken and acknowledged, that wait, and that no queue wants. */
async function use(bench: Bench, { amqp, environment }: Node): Promise<void> {
  const server = ["--server=127.0.0.1", `--port=${amqp}`];
  await bench.run("amqp-declare-queue", [...server, "--queue=capture", "--durable"]);
  const publish = (key: string): Promise<string> =>
    bench.run("amqp-publish", [...server, `--routing-key=${key}`, "--persistent", "--body=message"]);
  for (let sent = 0; sent < 5; sent++) await publish("capture");
  await publish("no-such-queue");
  bench.start("amqp-consume", [...server, "--queue=capture", "--prefetch-count=1", "cat"], environment);
}

function control(bench: Bench, { name, environment }: Node, command: readonly string[]): Promise<string> {
  const variables = Object.entries(environment).map(([key, value]) => `${key}=${value}`);
  return bench.run("env", [...variables, `${programs}/rabbitmqctl`, "--node", name, ...command]);
}
