import { createServer } from "node:http";
import type { Bench } from "../../test/real/lab/bench.ts";
import { eventually, get } from "../../test/real/lab/waiting.ts";
import { type Capture, families, versionIn } from "./captured.ts";
import { scrape } from "./scrape.ts";
import { merge } from "./text-format.ts";

/** Two clustered Alertmanagers and a Prometheus that scrapes itself, evaluates rules and sends them alerts. */
export async function captureMonitoring(
  bench: Bench,
): Promise<{ readonly prometheus: Capture; readonly alertmanager: Capture }> {
  const receiver = createServer((request, answer) => answer.writeHead(request.url === "/broken" ? 400 : 200).end());
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  try {
    const address = receiver.address();
    if (address === null || typeof address === "string") throw new Error("the receiver has no port");
    const alertmanagers = await startAlertmanagers(bench, address.port);
    const own = await startPrometheus(bench, alertmanagers);
    await eventually(async () => {
      const text = await get(`http://127.0.0.1:${own}/metrics`);
      if (!/^prometheus_notifications_sent_total\{.*\} [1-9]/m.test(text)) throw new Error("no alert was sent");
    }, 60);
    await get(`http://127.0.0.1:${own}/api/v1/query?query=up`);
    await eventually(async () => {
      const texts = await Promise.all(alertmanagers.map((port) => get(`http://127.0.0.1:${port}/metrics`)));
      const failed = /^alertmanager_notifications_failed_total\{.*\} [1-9]/m;
      if (!texts.some((text) => failed.test(text))) throw new Error("no notification was tried");
    }, 60);
    const urls = alertmanagers.map((port) => `http://127.0.0.1:${port}/metrics`);
    const prometheusUrl = `http://127.0.0.1:${own}/metrics`;
    return {
      prometheus: {
        exporter: "prometheus",
        version: versionIn(await get(prometheusUrl), /prometheus_build_info\{[^}]*\bversion="(\d+(?:\.\d+)+)/),
        flags: prometheusFlags,
        source: "scrapes itself by static, file and HTTP discovery, evaluates rules, alerts two Alertmanagers",
        families: families(await scrape(prometheusUrl)),
      },
      alertmanager: {
        exporter: "alertmanager",
        version: versionIn(await get(urls[0] ?? ""), /alertmanager_build_info\{[^}]*\bversion="(\d+(?:\.\d+)+)/),
        flags: [],
        source: "two clustered ones, one webhook that takes notifications and one that refuses them",
        families: families(merge(await Promise.all(urls.map(scrape)))),
      },
    };
  } finally {
    receiver.closeAllConnections();
    receiver.close();
  }
}

async function startAlertmanagers(bench: Bench, receiver: number): Promise<readonly number[]> {
  const config = await bench.write(
    "alertmanager.yml",
    JSON.stringify({
      route: {
        receiver: "good",
        group_wait: "1s",
        group_interval: "1s",
        routes: [{ receiver: "bad", continue: true }, { receiver: "good" }],
      },
      receivers: [
        { name: "good", webhook_configs: [{ url: `http://127.0.0.1:${receiver}/` }] },
        { name: "bad", webhook_configs: [{ url: `http://127.0.0.1:${receiver}/broken` }] },
      ],
      inhibit_rules: [{ source_matchers: ["a=b"], target_matchers: ["c=d"] }],
    }),
  );
  const members: { readonly web: number; readonly cluster: number }[] = [];
  for (const name of ["first", "second"]) {
    const member = { web: await bench.freePort(), cluster: await bench.freePort() };
    bench.start("prometheus-alertmanager", [
      `--config.file=${config}`,
      `--storage.path=${bench.path(`alertmanager-${name}`)}`,
      `--web.listen-address=127.0.0.1:${member.web}`,
      `--cluster.listen-address=127.0.0.1:${member.cluster}`,
      ...members.map(({ cluster }) => `--cluster.peer=127.0.0.1:${cluster}`),
    ]);
    await eventually(() => get(`http://127.0.0.1:${member.web}/-/healthy`));
    members.push(member);
  }
  await eventually(async () => {
    for (const { web } of members) {
      const text = await get(`http://127.0.0.1:${web}/metrics`);
      if (!text.includes("\nalertmanager_cluster_members 2")) throw new Error("the cluster has not formed");
      if (!text.includes("\nalertmanager_cluster_messages_received_total")) throw new Error("no gossip yet");
    }
  });
  return members.map(({ web }) => web);
}

const prometheusFlags = ["--enable-feature=exemplar-storage", "--web.enable-lifecycle"];

async function startPrometheus(bench: Bench, alertmanagers: readonly number[]): Promise<number> {
  const port = await bench.freePort();
  const self = `127.0.0.1:${port}`;
  const rules = await bench.write(
    "rules.yml",
    JSON.stringify({
      groups: [
        {
          name: "capture",
          interval: "1s",
          rules: [
            { record: "job:up:sum", expr: "sum by (job) (up)" },
            { alert: "Always", expr: "vector(1)" },
          ],
        },
      ],
    }),
  );
  const targets = await bench.write("targets.json", JSON.stringify([{ targets: [self] }]));
  const config = await bench.write(
    "prometheus.yml",
    JSON.stringify({
      global: { scrape_interval: "1s", evaluation_interval: "1s" },
      rule_files: [rules],
      alerting: { alertmanagers: [{ static_configs: [{ targets: alertmanagers.map((web) => `127.0.0.1:${web}`) }] }] },
      scrape_configs: [
        { job_name: "static", static_configs: [{ targets: [self] }] },
        { job_name: "file", file_sd_configs: [{ files: [targets] }] },
        { job_name: "http", http_sd_configs: [{ url: `http://${self}/nothing` }] },
      ],
    }),
  );
  bench.start("prometheus", [
    ...prometheusFlags,
    "--rules.alert.resend-delay=1s",
    `--config.file=${config}`,
    `--storage.tsdb.path=${bench.path("data")}`,
    `--web.listen-address=${self}`,
  ]);
  await eventually(() => get(`http://${self}/-/ready`));
  return port;
}
