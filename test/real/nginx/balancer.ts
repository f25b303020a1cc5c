import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { type Lab, startLab } from "../lab/lab.ts";
import type { Machine } from "../lab/machine.ts";
import { end } from "../lab/place.ts";
import { buildText, installHost } from "../lab/stack.ts";
import { eventually } from "../lab/waiting.ts";

/** An answer of nginx. */
export interface Reply {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

export interface Call {
  readonly address?: string;
  readonly port?: number;
  readonly host?: string;
  readonly method?: string;
  readonly headers?: readonly string[];
  readonly body?: string;
  readonly tls?: boolean;
}

/** A balancer with nginx as it is generated, and its services, in one network namespace. */
export interface Balancer {
  readonly root: string;
  readonly run: (tool: string, args: readonly string[]) => Promise<string>;
  readonly start: (service: {
    readonly name: string;
    readonly address: string;
    readonly port: number;
    readonly speaks: "http" | "https" | "uwsgi";
    /** Files of this machine, for HTTPS. */
    readonly certificate?: string;
    readonly key?: string;
  }) => Promise<void>;
  readonly stop: (name: string) => Promise<void>;
  readonly answerWith: (name: string, status: number) => Promise<void>;
  /** Sends bytes and gives what comes back until the connection ends. */
  readonly send: (bytes: string, call?: Call, until?: string) => Promise<string>;
  readonly get: (path: string, call?: Call) => Promise<Reply>;
  /** Lines of the access log since the last time, when there are so many: nginx writes them after its answer. */
  readonly accessLines: (count: number) => Promise<readonly Record<string, unknown>[]>;
  /** The same of the audit log. */
  readonly auditRecords: (count: number) => Promise<readonly AuditRecord[]>;
  readonly clear: () => Promise<void>;
}

export interface AuditRecord {
  readonly transaction: {
    readonly unique_id: string;
    readonly request: Readonly<Record<string, unknown>>;
    readonly response: Readonly<Record<string, unknown>>;
    readonly messages: readonly { readonly details: { readonly ruleId: string } }[];
  };
}

/** Starts the host `lb1` of an inventory. The files that Debian's packages bring are this machine's. */
export async function startBalancer(
  inventory: string,
  defaults: Required<Pick<Call, "address" | "port" | "host">>,
  prepare: (machine: Machine) => Promise<void> = async () => {},
): Promise<Balancer> {
  const result = buildText(inventory);
  const lab: Lab = await startLab([{ name: "lb1", address: "198.51.100.11", prefix: 24, interface: "eth0" }]);
  const machine = lab.machine("lb1");
  const socket = `${machine.root}-driver.sock`;
  const packaged = ["mime.types", "unicode.mapping", ...globSync("modules-enabled/*.conf", { cwd: "/etc/nginx" })];
  for (const file of packaged)
    if (existsSync(join("/etc/nginx", file)))
      machine.install(`/etc/nginx/${file}`, readFileSync(join("/etc/nginx", file), "utf8"));
  for (const folder of ["/var/log/nginx", "/var/lib/nginx"]) machine.install(`${folder}/.keep`, "");
  installHost(machine, result);
  // What systemd-tmpfiles makes of it.
  for (const { content } of result.artifacts.filter(({ path }) => path.includes("/etc/tmpfiles.d/")))
    for (const [, file = "", mode = ""] of content.matchAll(/^f (\S+) ([0-7]{4}) /gm))
      machine.install(file, "", Number.parseInt(mode, 8));
  await prepare(machine);
  const driver = launchDriver(socket);
  machine.start("nginx", ["-g", "daemon off;"]);
  const say = (command: object): Promise<string> => overSocket(socket, command);
  const root = machine.root;
  const send: Balancer["send"] = (bytes, call = {}, until) => {
    const { address, port, host, tls } = { ...defaults, ...call };
    return say({
      ask: { address, port, bytes, ...(tls === true && { servername: host }), ...(until !== undefined && { until }) },
    });
  };
  await eventually(async () => {
    if (!(await send("GET /health HTTP/1.0\r\n\r\n", { address: "127.0.0.1", port: 9742 })).endsWith("ok"))
      throw new Error(`nginx does not answer: ${lab.logs()}`);
  }, 20);
  return {
    root,
    run: machine.run,
    start: async (service) => void (await say({ start: service })),
    stop: async (name) => void (await say({ stop: name })),
    answerWith: async (name, status) => void (await say({ answerWith: { name, status } })),
    send,
    get: async (path, call = {}) => {
      const { host = defaults.host, method = "GET", headers = [], body = "" } = call;
      const length = body === "" ? [] : [`Content-Length: ${body.length}`];
      const lines = [`${method} ${path} HTTP/1.1`, `Host: ${host}`, "Connection: close", ...length, ...headers];
      return replyOf(await send(`${lines.join("\r\n")}\r\n\r\n${body}`, call));
    },
    accessLines: fresh(join(root, "var/log/nginx/access.log")),
    auditRecords: fresh(join(root, "var/log/nginx/modsec_audit.json")),
    clear: async () => {
      await end(driver, 2_000);
      await lab.clear();
    },
  };
}

function launchDriver(socket: string): ChildProcess {
  const script = fileURLToPath(new URL("driver.ts", import.meta.url));
  const line = [
    "--pdeathsig",
    "KILL",
    "ip",
    "netns",
    "exec",
    `swlab-${process.pid}-lb1`,
    process.execPath,
    script,
    socket,
  ];
  return spawn("setpriv", line, { stdio: ["ignore", "ignore", "inherit"] });
}

function overSocket(socketPath: string, command: object): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, path: "/", method: "POST" }, (answer) => text(answer).then(resolve, reject));
    sent.setTimeout(20_000, () => sent.destroy(new Error("the driver does not answer")));
    sent.on("error", reject).end(JSON.stringify(command));
  });
}

function replyOf(answer: string): Reply {
  const [head = "", ...rest] = answer.split("\r\n\r\n");
  return { status: Number(/^HTTP\/1\.1 ([0-9]{3})/.exec(head)?.[1] ?? 0), head, body: rest.join("\r\n\r\n") };
}

/** Gives the lines of a log since the last time, as values. */
function fresh<Line>(file: string): (count: number) => Promise<readonly Line[]> {
  let read = 0;
  return async (count) => {
    const lines = await eventually(() => {
      const found = existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(read, -1) : [];
      if (found.length < count) throw new Error(`${file} has ${found.length} new lines, not ${count}`);
      return found;
    }, 5);
    read += lines.length;
    return lines.map((line) => JSON.parse(line));
  };
}
