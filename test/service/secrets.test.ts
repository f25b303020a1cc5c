import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createSecretReader, Secret } from "../../src/service/secrets.ts";

const path = ["alerting", "receivers", "oncall", "wecom", "secret"];
const where = path.join(".");
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stackwright-secrets-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a secret shows itself only where it is asked to", () => {
  const secret = new Secret("v4lue");
  expect(secret.reveal()).toBe("v4lue");
  for (const text of [String(secret), `${secret}`, JSON.stringify({ secret }), inspect({ secret }), inspect(secret)])
    expect(text).not.toContain("v4lue");
});

describe("on a controller", () => {
  const reader = (env: Readonly<Record<string, string>> = {}) => createSecretReader({ on: "controller", folder, env });

  test("env is a variable and file stands beside the inventory; the last line break is no part of them", async () => {
    writeFileSync(join(folder, "wecom"), "v4lue \n");
    expect((await reader()({ from: "file", path: "wecom" }, path)).reveal()).toBe("v4lue ");
    expect((await reader({ NAME: "v4lue" })({ from: "env", name: "NAME" }, path)).reveal()).toBe("v4lue");
  });

  test("a changed file is in force with the next use", async () => {
    const read = reader();
    for (const value of ["one", "two"]) {
      writeFileSync(join(folder, "wecom"), value);
      expect((await read({ from: "file", path: "wecom" }, path)).reveal()).toBe(value);
    }
  });

  test("what is missing or no secret is told with its place and without its value", async () => {
    const file = join(folder, "wecom");
    const fails = (text: string) =>
      expect(reader({ EMPTY: " " })({ from: "file", path: "wecom" }, path)).rejects.toThrow(
        `${where}: ${file} ${text}`,
      );
    await fails("does not exist; write the secret there");
    writeFileSync(file, "\n");
    await fails("is empty");
    writeFileSync(file, "v4lue\nsecond\n");
    await fails("has several lines");
    writeFileSync(file, "v".repeat(70_000));
    await fails("is larger than 64 KiB");
    rmSync(file);
    mkdirSync(file);
    await fails("is not a file");
    await expect(reader()({ from: "env", name: "NAME" }, path)).rejects.toThrow(
      `${where}: the environment variable NAME is not set`,
    );
    await expect(reader({ NAME: "a\nb" })({ from: "env", name: "NAME" }, path)).rejects.toThrow("has several lines");
  });
});

describe("on a host", () => {
  test("env and file are read where they were written to, by the inventory path, and host_file where it is", async () => {
    const read = createSecretReader({ on: "host" });
    const missing = "/etc/stackwright/secrets/alerting.receivers.oncall.wecom.secret does not exist";
    await expect(read({ from: "env", name: "NAME" }, path)).rejects.toThrow(`${where}: ${missing}`);
    await expect(read({ from: "file", path: "secrets/wecom" }, path)).rejects.toThrow(`${where}: ${missing}`);
    const file = join(folder, "own");
    writeFileSync(file, "v4lue");
    expect((await read({ from: "host_file", path: file }, path)).reveal()).toBe("v4lue");
  });
});
