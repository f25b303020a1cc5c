import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const library = join(root, "packages/telemetry");

/** An application that knows nothing of telemetry: it answers one request of its own, and tells what it saw. */
const body = `
const app = express();
app.get("/dishes/:id", (request, response) => { log.info("asked"); response.json({ id: request.params.id }); });
const server = app.listen(0, "127.0.0.1", async () => {
  const { port } = server.address();
  await fetch("http://127.0.0.1:" + port + "/dishes/7");
  const metrics = await fetch("http://127.0.0.1:" + process.env.TELEMETRY_METRICS_PORT + "/metrics");
  console.log(await metrics.text());
  server.close();
});
`;
const applications = {
  ESM: { file: "app.mjs", head: 'import express from "express"; import pino from "pino"; const log = pino();' },
  CommonJS: { file: "app.cjs", head: 'const express = require("express"); const log = require("pino")();' },
} as const;

let folder: string;
let tarball: string;
/** Takes spans and forgets them, but for how many requests there were. */
let collector: Server;
let exports = 0;

beforeAll(async () => {
  collector = createServer((request, response) => {
    exports++;
    request.resume().on("end", () => response.setHeader("content-type", "application/json").end("{}"));
  });
  await once(collector.listen(0, "127.0.0.1"), "listening");
  folder = mkdtempSync(join(tmpdir(), "stackwright-packed-"));
  execFileSync("npm", ["run", "build"], { cwd: library, stdio: "pipe" });
  const packed = execFileSync("npm", ["pack", "--json", "--pack-destination", folder], {
    cwd: library,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  const name = /"filename": "([^"]+)"/.exec(packed)?.[1];
  if (name === undefined) throw new Error(`npm pack says no file name: ${packed}`);
  tarball = join(folder, name);
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  execFileSync("npm", ["install", "--no-audit", "--no-fund", tarball, "express@5.3.0", "pino@10.4.0"], {
    cwd: folder,
    stdio: "pipe",
  });
}, 180_000);

afterAll(() => {
  collector.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("the packed telemetry library", () => {
  for (const [system, { file, head }] of Object.entries(applications))
    it(`installs in an empty folder and instruments an application in ${system}`, async () => {
      writeFileSync(join(folder, file), `${head}\n${body}`);
      exports = 0;
      const output = await run(file);
      expect(exports).toBeGreaterThan(0);
      expect(output).toMatch(/http_server_request_duration_seconds_count\{[^}]*http_route="\/dishes\/:id"[^}]*\} 1\n/);
      const line = output.split("\n").find((each) => each.includes('"message":"asked"')) ?? "";
      expect(JSON.parse(line)).toMatchObject({
        "log.level": "info",
        "trace.id": expect.stringMatching(/^[0-9a-f]{32}$/),
      });
    });

  it("does what its README shows", async () => {
    const readme = readFileSync(join(folder, "node_modules/@stackwright/telemetry/README.md"), "utf8");
    const example = /```js file=(\S+)\n(.*?)```/s.exec(readme);
    const [, file = "", code = ""] = example ?? [];
    writeFileSync(join(folder, file.replace(".js", ".mjs")), code);
    const output = await run(file.replace(".js", ".mjs"), []);
    const line = output.split("\n").find((each) => each.includes("order taken")) ?? "";
    expect(JSON.parse(line)).toMatchObject({ "service.name": "shop", "order.id": 7 });
  });

  it("has nothing that publint would complain about", async () => {
    const { messages, pkg } = await publint({
      pkgDir: join(folder, "node_modules/@stackwright/telemetry"),
      strict: true,
    });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  it("has types that are found by every way of resolving them, ES modules that CommonJS requires included", () => {
    const attw = join(root, "node_modules/.bin/attw");
    // Node loads an ES module by require() since 22.12, and the library wants 22.15.
    const args = [attw, tarball, "--profile", "node16", "--ignore-rules", "cjs-resolves-to-esm", "--format", "ascii"];
    // It ends with an error where there is a problem.
    expect(execFileSync(process.execPath, args, { encoding: "utf8" })).toContain("node16 (from CJS): 🟢");
  });

  it("carries one copy of the OpenTelemetry API, for a second one would trace nothing and say nothing", () => {
    const lock: unknown = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));
    const paths = Object.keys(packagesOf(lock)).filter((path) => path.endsWith("node_modules/@opentelemetry/api"));
    expect(paths).toEqual(["node_modules/@opentelemetry/api"]);
  });
});

function packagesOf(lock: unknown): object {
  if (typeof lock === "object" && lock !== null && "packages" in lock && typeof lock.packages === "object")
    return lock.packages ?? {};
  throw new Error("a lockfile without packages");
}

async function run(file: string, preload = ["--import", "@stackwright/telemetry/register"]): Promise<string> {
  const child = spawn(process.execPath, [...preload, file], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${portOf(collector)}`,
      OTEL_EXPORTER_PROMETHEUS_HOST: "127.0.0.1",
      TELEMETRY_METRICS_PORT: "19464",
    },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 30_000,
  });
  let output = "";
  let complaints = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaints += text;
  });
  const [code]: unknown[] = await once(child, "close");
  expect({ code, complaints }).toEqual({ code: 0, complaints: "" });
  return output;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server does not listen on a port");
  return address.port;
}
