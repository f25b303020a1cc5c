import { expect, test } from "vitest";
import type { Artifact } from "../../../src/artifact/artifact.ts";
import { readComplaints } from "../../../src/check/nginx/complaints.ts";
import { checkWithNginx } from "../../../src/check/nginx/index.ts";
import type { Toolbox } from "../../../src/check/toolbox.ts";

const file = (path: string, content: string): Artifact => ({
  path: `deploy/services/edge${path}`,
  content,
  mode: 0o644,
  owner: "root:root",
  generator: "render/nginx",
  source: [["services", "edge"]],
  installs: [{ host: "lb1", path }],
});
const main = file("/etc/nginx/nginx.conf", "include /etc/nginx/stackwright/a.conf;\n");
const site = file("/etc/nginx/stackwright/a.conf", "# x\nssl_certificate /etc/ssl/a.crt;\n");
const waf = file("/etc/nginx/modsecurity/main.conf", "SecRuleEngine On\n");
const files = [main, site, waf].map((artifact) => ({ path: artifact.installs[0]?.path ?? "", artifact }));

function read(output: string, exitCode = 1): readonly (readonly [string | undefined, number | undefined, string])[] {
  return readComplaints("nginx -t", { exitCode, output }, files).map((each) => [
    each.artifact?.installs[0]?.path,
    each.line,
    each.text,
  ]);
}

test("a complaint stands at the file and line that nginx names", () => {
  const output =
    'nginx: [emerg] unknown directive "x" in /etc/nginx/stackwright/a.conf:2\nnginx: configuration file failed\n';
  expect(read(output)).toEqual([["/etc/nginx/stackwright/a.conf", 2, 'unknown directive "x"']]);
});

test("a complaint of ModSecurity stands at its own file, not at the directive that reads it", () => {
  const words =
    '"modsecurity_rules_file" directive Rules error. File: /etc/nginx/modsecurity/main.conf. Line: 7. Column: 3. Bad';
  expect(read(`nginx: [emerg] ${words} in /etc/nginx/nginx.conf:1`)).toEqual([
    ["/etc/nginx/modsecurity/main.conf", 7, words],
  ]);
});

test("a complaint without a line stands where what it quotes is written", () => {
  expect(read('nginx: [emerg] cannot load certificate "/etc/ssl/a.crt": no such file')[0]?.slice(0, 2)).toEqual([
    "/etc/nginx/stackwright/a.conf",
    2,
  ]);
});

test("a warning is a complaint although nginx takes the config, and silence is none", () => {
  expect(read('nginx: [warn] conflicting server name "a" on 0.0.0.0:80, ignored', 0)).toHaveLength(1);
  expect(read("nginx: configuration file /etc/nginx/nginx.conf test is successful", 0)).toEqual([]);
});

test("a failure without a word of nginx is told as it is", () => {
  expect(read("sh: chroot: not found", 127)).toEqual([["/etc/nginx/nginx.conf", undefined, "sh: chroot: not found"]]);
  expect(read("", 139)[0]?.[2]).toBe("ended with 139");
});

function toolbox(more: Partial<Toolbox>): Toolbox {
  return {
    find: (name) => `/usr/sbin/${name}`,
    run: async () => ({ exitCode: 0, output: "" }),
    layOut: () => "/x",
    ...more,
  };
}

test("what cannot be judged here is not checked, and says why", async () => {
  const reason = async (more: Partial<Toolbox>): Promise<unknown> => (await checkWithNginx([main], toolbox(more)))[0];
  const unchecked = (text: RegExp): object => ({ state: "unchecked", reason: expect.stringMatching(text) });
  expect(await reason({ find: () => undefined })).toMatchObject(unchecked(/^nginx is not here$/));
  expect(await reason({ run: async () => ({ exitCode: 1, output: "" }) })).toMatchObject(unchecked(/namespaces/));
  const missing = { exitCode: 77, output: "noise\nthe Core Rule Set is not here\n" };
  const run = async (_: string, args: readonly string[]): Promise<typeof missing> =>
    args.includes("true") ? { exitCode: 0, output: "" } : missing;
  expect(await reason({ run })).toMatchObject(unchecked(/^the Core Rule Set is not here$/));
});

test("nothing is said where there is no balancer", async () => {
  expect(await checkWithNginx([waf], toolbox({}))).toEqual([]);
});
