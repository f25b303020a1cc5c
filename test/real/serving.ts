import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request as httpRequest, type IncomingHttpHeaders, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { bundle } from "../scenarios/story.ts";
import { end } from "./lab/place.ts";
import { eventually } from "./lab/waiting.ts";

/** What the service answered. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

/** How to ask: TLS files and headers. */
export type Asking = RequestOptions & {
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
};

/** A folder of its own with an inventory, in which services are started. */
export interface Serving {
  readonly folder: string;
  readonly path: (name: string) => string;
  readonly write: (name: string, content: string) => string;
  /** Starts `stackwright serve` and waits until it listens. */
  readonly serve: (...args: readonly string[]) => Promise<Running>;
  /** Ends every service and removes the folder. */
  readonly clear: () => Promise<void>;
}

export interface Running {
  readonly child: ChildProcess;
  readonly log: () => string;
  readonly stop: () => Promise<number | null>;
}

/** Makes the folder. */
export function makeServing(): Serving {
  const folder = mkdtempSync(join(tmpdir(), "serve-test-"));
  const running: ChildProcess[] = [];
  const path = (name: string): string => join(folder, name);
  return {
    folder,
    path,
    write: (name, content) => {
      writeFileSync(path(name), content);
      return path(name);
    },
    serve: async (...args) => {
      const child = spawn(process.execPath, [bundle, "serve", "-i", path("inventory.yaml"), ...args], {
        stdio: ["ignore", "ignore", "pipe"],
        env: { ...process.env, STATE_DIRECTORY: folder },
      });
      running.push(child);
      let log = "";
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        log += text;
      });
      await eventually(() => {
        if (!log.includes('"message":"listening"')) throw new Error(`it does not listen: ${log}`);
      });
      return {
        child,
        log: () => log,
        stop: async () => {
          await end(child);
          return child.exitCode;
        },
      };
    },
    clear: async () => {
      await Promise.all(running.map((child) => end(child)));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Asks once, on a connection of its own unless an agent is given. Rejects where there is no answer. */
export function ask(url: string, { headers, ...options }: Asking = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const send = url.startsWith("https:") ? httpsRequest : httpRequest;
    const asked = send(url, { agent: false, timeout: 20_000, ...options, headers: { ...headers } }, (answer) => {
      buffer(answer).then(
        (body) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body, text: body.toString() }),
        reject,
      );
    });
    asked.on("timeout", () => asked.destroy(new Error(`no answer from ${url}`)));
    asked.on("error", reject);
    asked.end();
  });
}

/** The value of a series in a page of metrics; undefined where it is not there. */
export function sampleOf(page: string, series: string): number | undefined {
  const line = page.split("\n").find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

/** Makes a CA in a folder, and certificates that it signs: `ca.pem`, `NAME.pem`, `NAME.key`. */
export function makeCertificates(folder: string, names: readonly string[]): void {
  const openssl = (line: string): void => {
    execFileSync("openssl", line.split(" "), { cwd: folder, stdio: "ignore" });
  };
  const key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2";
  openssl(`req -x509 ${key} -subj /CN=test-ca -keyout ca.key -out ca.pem`);
  for (const name of names)
    openssl(
      `req -x509 ${key} -subj /CN=${name} -addext subjectAltName=DNS:${name},DNS:localhost,IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE -CA ca.pem -CAkey ca.key -keyout ${name}.key -out ${name}.pem`,
    );
}

/** A service on this machine, with a token, and a Prometheus server beside it. */
export function tinyInventory(ports: { readonly service: number; readonly prometheus: number }, more = ""): string {
  return `version: 1
platform: tiny
environment: test
segments: { lan: { cidr: 127.0.0.0/8, interface: lo } }
hosts:
  mon1: { address: 127.0.0.1, segment: lan }
services:
  exporter: { kind: stackwright, hosts: [mon1], port: ${ports.service}, stackwright: { token: { file: token } } }
  metrics:
    kind: prometheus
    hosts: [mon1]
    port: ${ports.prometheus}
    accept: { single-point-of-failure: a test }
scrape: { discovery: http, interval: 1s }
${more}`;
}
