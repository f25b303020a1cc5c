import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Gateway, listening, says, startGateway } from "./gateway.ts";
import { buildText } from "./lab/stack.ts";
import { eventually, get } from "./lab/waiting.ts";
import { describeWith } from "./tool.ts";

const secrets = {
  sms: "sms-secret-in-path",
  robot: "robot-access-token",
  sign: "SECrobot-signing-secret",
  deadman: "deadman-secret-key",
};

/** About 40 s. Alertmanager runs with the generated config, in which only the waiting times are shortened. */
describeWith(["prometheus-alertmanager"], "a real Alertmanager that notifies through the running service", () => {
  let folder = "";
  let sms: Gateway;
  let robot: Gateway;
  let deadman: Gateway;
  let bridge: ChildProcess | undefined;
  let alertmanager: ChildProcess | undefined;
  let bridgePort = 0;
  let alertmanagerPort = 0;
  let said = "";

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "stackwright-alertmanager-"));
    [sms, robot, deadman] = await Promise.all([startGateway(), startGateway(), startGateway()]);
    robot.answer(says(200, { errcode: 0 }));
    [bridgePort, alertmanagerPort] = await Promise.all([freePort(), freePort()]);
    const text = inventory(bridgePort);
    writeFileSync(join(folder, "inventory.yaml"), text);
    secret("sms", `${sms.origin}/${secrets.sms}`);
    secret("robot", `${robot.origin}/robot/send?access_token=${secrets.robot}`);
    secret("sign", secrets.sign);
    secret("deadman", `${deadman.origin}/ping/${secrets.deadman}`);
    writeFileSync(join(folder, "alertmanager.yml"), config(text));
    mkdirSync(join(folder, "state"));
    await startBridge();
    const args = [
      `--config.file=${join(folder, "alertmanager.yml")}`,
      `--storage.path=${join(folder, "data")}`,
      `--web.listen-address=127.0.0.1:${alertmanagerPort}`,
      "--cluster.listen-address=",
    ];
    alertmanager = run("prometheus-alertmanager", args);
    await ready(alertmanagerPort);
  });
  afterAll(async () => {
    await Promise.all([end(bridge, "SIGTERM"), end(alertmanager, "SIGTERM")]);
    await Promise.all([sms, robot, deadman].map((gateway) => gateway.stop()));
    rmSync(folder, { recursive: true });
  });

  const secret = (name: string, value: string): void =>
    writeFileSync(join(folder, name), `${value}\n`, { mode: 0o600 });

  const inventory = (port: number): string => `
version: 1
platform: lab
environment: test
timezone: Asia/Shanghai
segments: { lan: { cidr: 203.0.113.0/24 } }
hosts: { mon1: { address: 203.0.113.71, segment: lan } }
services:
  exporter: { kind: stackwright, hosts: [mon1], port: ${port} }
  paging: { kind: alertmanager, hosts: [mon1] }
alerting:
  service: paging
  watchdog: deadman
  receivers:
    oncall:
      sms: { webhook: { url: { host_file: ${join(folder, "sms")} } } }
      dingtalk: { url: { host_file: ${join(folder, "robot")} }, secret: { host_file: ${join(folder, "sign")} } }
    deadman: { webhook: { url: { host_file: ${join(folder, "deadman")} } } }
  routes: { default: oncall, by_severity: { critical: [oncall] } }
`;

  function config(text: string): string {
    const found = buildText(text).artifacts.find(({ path }) => path.endsWith("/etc/prometheus/alertmanager.yml"));
    return (found?.content ?? "")
      .replaceAll(/group_wait: .*/g, "group_wait: 500ms")
      .replaceAll(/group_interval: .*/g, "group_interval: 2s");
  }

  /** Waits until a process answers; its own words say why it does not. */
  const ready = (port: number): Promise<string> =>
    eventually(() => get(`http://127.0.0.1:${port}/-/ready`), 60).catch((error: unknown) => {
      throw new Error(`${error}\n${said}`);
    });

  async function startBridge(): Promise<void> {
    const args = ["src/cli/main.ts", "serve", "-i", join(folder, "inventory.yaml")];
    bridge = run(process.execPath, [...args, `--web.listen-address=127.0.0.1:${bridgePort}`], {
      STATE_DIRECTORY: join(folder, "state"),
    });
    await ready(bridgePort);
  }

  function run(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
    const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        said += chunk.toString();
      });
    }
    return child;
  }

  async function end(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.once("exit", done));
    child.kill(signal);
    await gone;
  }

  async function fire(alertname: string, more: { severity?: string; endsAt?: string } = {}): Promise<void> {
    const { severity = "critical", endsAt } = more;
    const labels = { alertname, severity, service: "orders-db", host: "db1", owner: "dba" };
    const annotations = { summary: `${alertname}: MySQL on db1 is down` };
    const answer = await fetch(`http://127.0.0.1:${alertmanagerPort}/api/v2/alerts`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify([{ labels, annotations, ...(endsAt === undefined ? {} : { endsAt }) }]),
    });
    expect(answer.status).toBe(200);
  }

  const about = (gateway: Gateway, text: string): number =>
    gateway.received.filter(({ body }) => body.includes(text)).length;

  /** Resolves when both channels have got so many messages with the text. */
  const arrived = (text: string, count: number): Promise<void> =>
    eventually(() => {
      expect([about(sms, text), about(robot, text)]).toEqual([count, count]);
    });

  it("is told of an alert: one message on each channel, with the right words", async () => {
    await fire("First");
    await arrived("CRITICAL: First: MySQL on db1 is down", 1);
    const [message] = sms.received;
    expect(JSON.parse(message?.body ?? "")).toMatchObject({
      platform: "lab",
      environment: "test",
      receiver: "oncall",
      status: "firing",
      severity: "critical",
      alerts: ["First"],
    });
    expect(robot.received[0]?.body).toContain("service orders-db · host db1 · owner dba · 1 firing · since 20");
  });

  it("has its alert told after the service was killed and came back", async () => {
    const killed = end(bridge, "SIGKILL");
    await killed;
    await fire("Second");
    await eventually(() => expect(said).toMatch(/Notify attempt failed.*refused/s));
    expect(about(sms, "Second")).toBe(0);
    await startBridge();
    await arrived("CRITICAL: Second: MySQL on db1 is down", 1);
  });

  it("does not have a channel told twice while another one fails", async () => {
    sms.answer(says(503, "", { "retry-after": "13" }), says(200, {}));
    robot.answer(says(200, { errcode: 0 }));
    await fire("Third");
    await eventually(() => expect(about(robot, "Third")).toBe(1));
    await eventually(() => expect(about(sms, "Third")).toBe(2));
    await eventually(async () => expect(await metrics()).toMatch(/receiver="oncall",outcome="delivered"} [1-9]/));
    expect(about(robot, "Third")).toBe(1);
  });

  it("has the end of an alert told", async () => {
    await fire("First", { endsAt: new Date(Date.now() - 1000).toISOString() });
    await eventually(() => expect(about(sms, "RESOLVED (CRITICAL): First")).toBe(1));
    await eventually(() => expect(about(robot, "RESOLVED (CRITICAL): First")).toBe(1));
  });

  it("has its sign of life passed on as it is", async () => {
    await fire("Watchdog", { severity: "none" });
    await eventually(() => expect(deadman.received.length).toBeGreaterThanOrEqual(1));
    expect(JSON.parse(deadman.received[0]?.body ?? "")).toMatchObject({
      version: "4",
      receiver: "deadman",
      alerts: [{ status: "firing", labels: { alertname: "Watchdog" } }],
    });
  });

  it("has a message that the gateway refuses kept as a dead letter, once, however often it tries", async () => {
    const failedBefore = Number(/receiver="oncall",outcome="failed"} (\d+)/.exec(await metrics())?.[1]);
    sms.answer(says(403, `unknown key ${secrets.sms}`));
    await fire("Fourth");
    await eventually(async () => expect(await metrics()).toContain('dead_letters_total{receiver="oncall"} 1'));
    await eventually(async () => {
      const tries = /receiver="oncall",outcome="failed"} (\d+)/.exec(await metrics())?.[1];
      expect(Number(tries) - failedBefore).toBeGreaterThanOrEqual(3);
    });
    expect(about(robot, "Fourth")).toBe(1);
    expect(about(sms, "Fourth")).toBe(1);
    expect(await metrics()).toContain('dead_letters_total{receiver="oncall"} 1');
    const [file = ""] = readdirSync(join(folder, "state"), { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".ndjson"),
    );
    const letters = readFileSync(join(folder, "state", file), "utf8")
      .trimEnd()
      .split("\n");
    expect(letters.map((line) => JSON.parse(line))).toMatchObject([
      {
        receiver: "oncall",
        channel: "sms",
        why: "refused",
        reason: "status 403",
        alerts: [{ labels: { alertname: "Fourth" } }],
      },
    ]);
  });

  it("leaves no secret in logs, metrics, config and dead letters", async () => {
    const files = readdirSync(join(folder, "state"), { recursive: true, encoding: "utf8" })
      .map((name) => join(folder, "state", name))
      .filter((name) => name.endsWith(".ndjson") && existsSync(name));
    const all = [
      said,
      await metrics(),
      ...[...files, join(folder, "alertmanager.yml")].map((name) => readFileSync(name, "utf8")),
    ].join("\n");
    expect(all).toContain("notification channel fails");
    expect(all).toContain("message given up");
    for (const value of Object.values(secrets)) expect(all).not.toContain(value);
  });

  const metrics = (): Promise<string> => get(`http://127.0.0.1:${bridgePort}/metrics`);
});

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  await new Promise((done) => server.close(done));
  return port;
}
