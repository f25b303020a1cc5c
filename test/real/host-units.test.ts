import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { buildText } from "./lab/stack.ts";
import { describeWith } from "./tool.ts";

const meishi = readFileSync(new URL("../../examples/meishi.yaml", import.meta.url), "utf8");
const systems: Readonly<Record<string, string>> = {
  "debian-12": meishi,
  "rhel-9": meishi.replaceAll(/^( {2}\w+: +\{ address(?:es)?:(?:(?!os:).)*) \}$/gm, "$1, os: rhel-9 }"),
};
const folder = "/etc/systemd/system/";

/** What a unit says that is not about programs, which are not installed here. */
function complaintsOf(units: ReadonlyMap<string, string>): readonly string[] {
  const root = mkdtempSync(join(tmpdir(), "stackwright-units-"));
  try {
    for (const [name, content] of units) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), content);
    }
    const names = new Set([...units.keys()].map((name) => name.replace(/\.d\/.*$/, "")));
    for (const name of names) {
      // A drop-in without its unit would not be read.
      if (!units.has(name) && !existsSync(`/usr/lib/systemd/system/${name}`))
        writeFileSync(join(root, name), "[Service]\nExecStart=/bin/true\n");
    }
    const { stdout, stderr } = spawnSync(
      "systemd-analyze",
      ["verify", "--man=no", ...[...names].map((name) => (units.has(name) ? join(root, name) : name))],
      { env: { ...process.env, SYSTEMD_UNIT_PATH: `${root}:` }, encoding: "utf8" },
    );
    return `${stdout}${stderr}`
      .split("\n")
      .filter((line) => line !== "" && !/: Command \S+ is not executable: No such file/.test(line))
      .filter((line) => line.includes(root) || [...names].some((name) => line.startsWith(`${name}:`)));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function unitsOf(inventory: string): ReadonlyMap<string, string> {
  return new Map(
    buildText(inventory).artifacts.flatMap(({ installs, content }) =>
      installs
        .slice(0, 1)
        .flatMap(({ path }) => (path.startsWith(folder) ? [[path.slice(folder.length), content]] : [])),
    ),
  );
}

describeWith(["systemd-analyze"], "systemd", () => {
  it.each(Object.keys(systems))("has nothing to say about the units of Meishi on %s", (system) => {
    const units = unitsOf(systems[system] ?? "");
    expect(units.size).toBeGreaterThan(15);
    expect(units.has("prometheus-node-exporter.service")).toBe(system === "rhel-9");
    expect(complaintsOf(units)).toEqual([]);
  });

  it("can reload every unit that a changed file reloads", () => {
    const reloaded = buildText(meishi).artifacts.flatMap(({ installs }) =>
      installs.flatMap(({ reload }) => reload ?? []),
    );
    const texts = [...new Set(reloaded)]
      .map((unit) => `/usr/lib/systemd/system/${unit.replace(/\.service$/, "")}.service`)
      .filter((file) => existsSync(file))
      .map((file) => [file, readFileSync(file, "utf8")] as const);
    expect(texts.length).toBeGreaterThan(2);
    expect(texts.filter(([, text]) => !text.includes("\nExecReload=")).map(([file]) => file)).toEqual([]);
  });

  it("has nothing to say about an application's secrets and its state", () => {
    const units = unitsOf(`version: 1
platform: p
segments: { lan: { cidr: 192.0.2.0/24 } }
hosts: { a: { address: 192.0.2.1, segment: lan }, b: { address: 192.0.2.2, segment: lan } }
services:
  order: { kind: nodejs, hosts: [a, b], port: 3000 }
  logs:
    kind: elasticsearch
    hosts: [a]
    accept: { single-point-of-failure: a test }
    elasticsearch:
      tls: { ca: { host_file: /etc/ssl/es.crt } }
      writer: { username: apps, password: { file: secrets/es } }
      exporter: { username: watch, password: { env: ES_WATCH } }
logging: { store: logs }
tracing: { exporters: [{ otlp_http: { url: { env: TRACE_URL }, headers: { file: secrets/headers } } }] }
`);
    const dropIn = units.get("order.service.d/stackwright.conf") ?? "";
    expect(dropIn.match(/^LoadCredential=/gm)).toHaveLength(4);
    expect(complaintsOf(units)).toEqual([]);
  });

  it("sees what is wrong in a unit, and in a drop-in", () => {
    const wrong = new Map([
      ["a.service", "[Service]\nExecStart=/bin/true\nRestart=sometimes\n"],
      ["b.service.d/stackwright.conf", "[Service]\nRestartSec=soon\n"],
    ]);
    const complaints = complaintsOf(wrong).join("\n");
    expect(complaints).toContain("sometimes");
    expect(complaints).toContain("soon");
  });
});
