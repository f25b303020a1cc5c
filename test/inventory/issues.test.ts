import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { formatPath } from "../../src/diagnostics/path.ts";
import { problemsOf } from "../../src/inventory/issues.ts";
import { readInventory } from "../../src/inventory/read.ts";
import { inventorySchema } from "../../src/inventory/schema/index.ts";
import {
  absolutePath,
  duration,
  grammar,
  hostPort,
  httpUrl,
  name,
  port,
  ratio,
  secret,
  text,
  versionNumber,
} from "../../src/inventory/values.ts";

const service = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("nginx"), port: port.optional(), virtual_ip: name.optional() }),
  z.strictObject({ kind: z.literal("redis"), redis: z.strictObject({ password: secret }).optional() }),
]);
const schema = z.strictObject({
  platform: name,
  os: z.enum(["debian-12", "ubuntu-24.04"]).optional(),
  every: duration.optional(),
  share: ratio.optional(),
  title: text("a title").optional(),
  path: absolutePath.optional(),
  count: z.int().min(1).optional(),
  list: z.array(name).min(1).optional(),
  hook: z.union([httpUrl, secret]).optional(),
  hosts: z
    .union([z.array(name), z.record(name, z.strictObject({ port: port.optional() }))])
    .optional()
    .meta({ description: "a list of host names or a map" }),
  exporters: z
    .array(z.union([z.strictObject({ service: name }), z.strictObject({ url: httpUrl, retries: z.int().optional() })]))
    .optional(),
  services: z.record(name, service).optional(),
  receiver: z
    .strictObject({ mail: name.optional() })
    .refine((value) => value.mail !== undefined, { message: "has no channel", params: { hint: "give it mail" } })
    .optional(),
  levels: z.record(z.enum(["low", "high"]), z.int().optional()).optional(),
  managed: z.boolean().optional(),
  version: grammar(/^[0-9.]+$/, "a version number", ["2.42"]).optional(),
  labels: z.record(name, text("a label value")).optional(),
});

/** `code path(@at): message; hint` for what is wrong with a valid inventory that is changed so. */
function problems(change: Readonly<Record<string, unknown>>): readonly string[] {
  const input = { platform: "p", ...change };
  const { error } = schema.safeParse(input);
  return problemsOf(error?.issues ?? [], input, { schema }).map(
    ({ code, path, at, message, hint }) =>
      `${code} ${formatPath(path)}${at === "value" ? "" : `@${at}`}: ${message}${hint === undefined ? "" : `; ${hint}`}`,
  );
}

describe("keys", () => {
  test.each<[string, Record<string, unknown>, string]>([
    ["misspelt", { titel: "x" }, 'unknown-key titel@key: unknown key "titel" in the inventory; write title'],
    [
      "called like a property that every object has",
      { constructor: {} },
      'unknown-key constructor@key: unknown key "constructor" in the inventory; known here: count, every, exporters, hook, hosts, labels, levels, list, managed, os, path, platform, receiver, services, share, title, version',
    ],
    [
      "called otherwise elsewhere",
      { services: { a: { kind: "nginx", vip: "x" } } },
      'unknown-key services.a.vip@key: unknown key "vip" in services.a; write virtual_ip',
    ],
    [
      "of another kind",
      { services: { a: { kind: "nginx", redis: {} } } },
      'unknown-key services.a.redis@key: unknown key "redis" in services.a; known here: kind, port, virtual_ip',
    ],
    [
      "of a record with fixed keys",
      { levels: { hihg: 1 } },
      'unknown-key levels.hihg@key: unknown key "hihg" in levels; write high',
    ],
    [
      "that break out of configs",
      { "a;b": 1 },
      'unsafe-value a;b@key: unknown key "a;b" in the inventory; known here: count, every, exporters, hook, hosts, labels, levels, list, managed, os, path, platform, receiver, services, share, title, version',
    ],
    [
      "that are no names",
      { services: { Web_1: { kind: "nginx" } } },
      'invalid-value services.Web_1@key: the key "Web_1" under services is not a name of lower-case letters, digits and inner hyphens; write a name of lower-case letters, digits and inner hyphens, for example web-1',
    ],
    [
      "that are no names and break out of configs",
      { services: { "a\nb": { kind: "nginx" } } },
      'unsafe-value services.a\nb@key: the key "a\\nb" under services is not a name of lower-case letters, digits and inner hyphens; write a name of lower-case letters, digits and inner hyphens, for example web-1',
    ],
    [
      "that are missing",
      { services: { a: { port: 1 } } },
      "missing-key services.a.kind@parent: services.a has no kind; add kind",
    ],
    [
      "that are missing, with an example",
      { platform: undefined },
      "missing-key platform@parent: the inventory has no platform; add platform, for example platform: web-1",
    ],
  ])("%s", (_name, change, expected) => {
    expect(problems(change)).toEqual([expected]);
  });

  test("each unknown key is a problem of its own", () => {
    expect(problems({ x1: 1, x2: 2 })).toHaveLength(2);
  });

  test("a misspelt key that is also missing is one problem", () => {
    const input = { platfrom: "p" };
    const found = problemsOf(schema.safeParse(input).error?.issues ?? [], input, { schema });
    expect(found.map(({ code, hint }) => [code, hint])).toEqual([["unknown-key", "write platform"]]);
  });
});

describe("values", () => {
  test.each<[string, Record<string, unknown>, string]>([
    [
      "out of a range",
      { services: { a: { kind: "nginx", port: 70000 } } },
      "invalid-value services.a.port: port is 70000, which is not between 1 and 65535; write a TCP port, for example port: 9100",
    ],
    ["below a bound", { count: 0 }, "invalid-value count: count is 0, which is less than 1"],
    ["not whole", { count: 1.5 }, "invalid-value count: count is 1.5; it must be a whole number"],
    [
      "of another type",
      { hosts: 5 },
      "invalid-value hosts: hosts is a number; it must be a list of host names or a map",
    ],
    [
      "of another type in a list",
      { list: [{ a: 1 }] },
      "invalid-value list[0]: list[0] is a map; it must be a name of lower-case letters, digits and inner hyphens; write a name of lower-case letters, digits and inner hyphens, for example web-1",
    ],
    [
      "empty",
      { every: null },
      "invalid-value every: every is empty; it must be a duration; write a duration, for example every: 15s",
    ],
    ["an empty list", { list: [] }, "invalid-value list: list is empty; it needs at least one entry"],
    [
      "not among the options",
      { os: "debain-12" },
      'invalid-value os: os is "debain-12"; it must be one of debian-12, ubuntu-24.04; write debian-12',
    ],
    [
      "not a kind",
      { services: { a: { kind: "ngnix" } } },
      'invalid-value services.a.kind: kind is "ngnix"; it must be one of nginx, redis; write nginx',
    ],
    [
      "of another form",
      { share: "150%" },
      'invalid-value share: share is "150%", which is not a ratio from 0% to 100%; write a ratio from 0% to 100%, for example 25%',
    ],
    ["that an own check refuses", { receiver: {} }, "invalid-value receiver: receiver has no channel; give it mail"],
    [
      "in the branch of a union that was meant",
      { hosts: { a: { port: "x" } } },
      'invalid-value hosts.a.port: port is "x"; it must be a TCP port; write a TCP port, for example port: 9100',
    ],
    [
      "in the other branch of that union",
      { hosts: ["a", "B"] },
      'invalid-value hosts[1]: hosts[1] is "B", which is not a name of lower-case letters, digits and inner hyphens; write a name of lower-case letters, digits and inner hyphens, for example web-1',
    ],
    [
      "in the map of a union that has the most in common",
      { exporters: [{ url: "https://x", retries: "3" }] },
      'invalid-value exporters[0].retries: retries is the text "3"; it must be a number; write it without quotes: retries: 3',
    ],
    [
      "with credentials",
      { hook: "https://me:hunter2@x/" },
      'invalid-value hook: hook is "https://********@x/", which is not an http or https URL without user, password or fragment; write an http or https URL without user, password or fragment, for example https://hooks.example.org/alerts',
    ],
  ])("%s", (_name, change, expected) => {
    expect(problems(change)).toEqual([expected]);
  });

  test("a long value is cut", () => {
    const [only] = problems({ path: "x".repeat(500) });
    expect(only).toContain(`path is "${"x".repeat(59)}…", which is not an absolute path without ..`);
  });
});

describe("a value that would break out of a config is unsafe, whatever else is wrong with it", () => {
  const evil = [
    '"; } location /x { return 200; }',
    "a\nb",
    "$host",
    "# comment",
    "\u0000",
    "{{ .Labels }}",
    "!",
    "\u202eabc",
    '"} or vector(1) #',
    "back\\slash",
    "-x`id`",
  ];
  const fields: readonly ((value: string) => Record<string, unknown>)[] = [
    (platform) => ({ platform }),
    (os) => ({ os }),
    (every) => ({ every }),
    (share) => ({ share }),
    (path) => ({ path }),
    (count) => ({ count }),
    (list) => ({ list }),
    (item) => ({ list: [item] }),
    (hosts) => ({ hosts }),
    (key) => ({ hosts: { [key]: {} } }),
    (kind) => ({ services: { a: { kind } } }),
    (value) => ({ services: { a: { kind: "nginx", port: value } } }),
    (value) => ({ hook: value }),
    (value) => ({ levels: { low: value } }),
  ];

  test.each(evil.map((value) => [JSON.stringify(value), value] as const))("%s", (_name, value) => {
    for (const field of fields) {
      const [only, ...more] = problems(field(value));
      expect(only).toMatch(/^unsafe-value /);
      expect(more).toEqual([]);
    }
  });

  test("free text may hold punctuation, but nothing hidden", () => {
    expect(problems({ title: 'we say "50% # {x}" $ever; or\\not' })).toEqual([]);
    expect(problems({ title: "a\u202eb" })[0]).toMatch(/^unsafe-value title: title has a line break/);
  });
});

describe("secrets", () => {
  test.each<[string, unknown, string]>([
    [
      "a literal",
      "hunter2",
      "literal-secret services.a.redis.password: password is written here as a literal; the inventory only refers to secrets; write { env: NAME }, { file: PATH } or { host_file: PATH }",
    ],
    [
      "a number",
      5,
      "literal-secret services.a.redis.password: password is written here as a literal; the inventory only refers to secrets; write { env: NAME }, { file: PATH } or { host_file: PATH }",
    ],
    [
      "nothing",
      null,
      "invalid-value services.a.redis.password: password is empty; write { env: NAME }, { file: PATH } or { host_file: PATH }",
    ],
    [
      "an empty map",
      {},
      "invalid-value services.a.redis.password: password must be a map with one of env, file, host_file; write { env: … } or { file: … } or { host_file: … }",
    ],
    [
      "a misspelt reference",
      { hostfile: "/x" },
      "unknown-key services.a.redis.password.hostfile@key: an unknown key in services.a.redis.password; write host_file",
    ],
    [
      "a wrong reference",
      { file: 5 },
      'invalid-value services.a.redis.password.file: file is 5; it must be a path; write it in quotes: file: "5"',
    ],
    [
      "a literal as a variable's name",
      { env: "hunter2!" },
      "unsafe-value services.a.redis.password.env: env is not the name of an environment variable; write the name of an environment variable, for example SMTP_PASSWORD",
    ],
  ])("%s", (_name, password, expected) => {
    expect(problems({ services: { a: { kind: "redis", redis: { password } } } })).toEqual([expected]);
  });
});

test("paths and descriptions are those of the place that was checked", () => {
  const input = { password: "x", pasword: 1 };
  const settings = z.strictObject({ password: secret });
  const found = problemsOf(settings.safeParse(input).error?.issues ?? [], input, {
    schema: settings,
    at: ["services", "cache", "redis"],
  });
  expect(found.map(({ code, path, hint }) => [code, formatPath(path), hint])).toEqual([
    ["literal-secret", "services.cache.redis.password", "write { env: NAME }, { file: PATH } or { host_file: PATH }"],
    ["unknown-key", "services.cache.redis.pasword", "write password"],
  ]);
});

describe("the inventory's own schema", () => {
  const kinds = ["nginx", "nodejs"].map((id) => ({
    id,
    title: id,
    settings: z.strictObject({ size: z.int().optional() }),
  }));
  const own = inventorySchema(kinds);

  function found(source: string): readonly string[] {
    const reading = readInventory(source);
    if (!reading.ok) throw new Error(reading.flaws[0].message);
    const { error } = own.safeParse(reading.value);
    return problemsOf(error?.issues ?? [], reading.value, { schema: own }).map(
      ({ code, path }) => `${code} ${formatPath(path)}`,
    );
  }

  test("gives one problem for one mistake", () => {
    const base = "version: 1\nplatform: p\nhosts:\n  a: { address: 192.0.2.1, segment: s }\n";
    expect(found(base)).toEqual([]);
    expect(found(`${base}services:\n  web: { kind: nginx, hosts: [a], prot: 80 }\n`)).toEqual([
      "unknown-key services.web.prot",
    ]);
    expect(found(`${base}services:\n  web: { kind: nginx, hosts: a }\n`)).toEqual(["invalid-value services.web.hosts"]);
    expect(found(`${base}services:\n  web: { kind: nginx, nginx: { size: x } }\n`)).toEqual([
      "invalid-value services.web.nginx.size",
    ]);
    expect(found("version: 2\nplatform: P\n")).toEqual([
      "invalid-value version",
      "invalid-value platform",
      "missing-key hosts",
    ]);
  });

  test("does not ask for a channel where an unknown key stands in its place", () => {
    const base = "version: 1\nplatform: p\nhosts:\n  a: { address: 192.0.2.1, segment: s }\n";
    const receivers = (text: string) =>
      found(`${base}alerting:\n  service: x\n  routes: { default: ops }\n  receivers: { ops: ${text} }\n`);
    expect(receivers("{ slack: { url: x } }")).toEqual(["unknown-key alerting.receivers.ops.slack"]);
    expect(receivers("{}")).toEqual(["invalid-value alerting.receivers.ops"]);
    expect(receivers("{ accept: {} }")).toEqual(["invalid-value alerting.receivers.ops"]);
  });

  test("names a service of the right kind as the example for a missing key", () => {
    const input = { version: 1, platform: "p", hosts: {}, alerting: { receivers: {}, routes: {} } };
    const { error } = own.safeParse(input);
    expect(problemsOf(error?.issues ?? [], input, { schema: own }).map(({ hint }) => hint)).toEqual([
      "add service, for example service: alertmanager",
      "add default, for example default: on-call",
    ]);
  });

  test("a mistake in each line of the reference inventory is found, or harmless, but never a crash", () => {
    const lines = readFileSync(new URL("../../examples/meishi.yaml", import.meta.url), "utf8").split("\n");
    for (const index of lines.keys()) {
      const changed = lines.with(index, (lines[index] ?? "").replace(/: ?[^\s{[#]+/, ": '$x'"));
      const reading = readInventory(changed.join("\n"));
      if (!reading.ok) continue;
      const { error } = own.safeParse(reading.value);
      expect(problemsOf(error?.issues ?? [], reading.value, { schema: own }).length).toBeGreaterThan(0);
    }
  });
});

describe("the fix of a value of another type", () => {
  test.each<[string, Record<string, unknown>, string]>([
    [
      "one of several maps, given none of them",
      { exporters: [{}] },
      "invalid-value exporters[0]: exporters[0] is an empty map; it must be a map with one of service, url; write { service: … } or { url: … }",
    ],
    [
      "one of several maps, given a text",
      { exporters: ["jaeger"] },
      'invalid-value exporters[0]: exporters[0] is "jaeger"; it must be a map with one of service, url; write { service: … } or { url: … }',
    ],
    [
      "a reference, given an empty map",
      { services: { a: { kind: "redis", redis: { password: {} } } } },
      "invalid-value services.a.redis.password: password must be a map with one of env, file, host_file; write { env: … } or { file: … } or { host_file: … }",
    ],
    [
      "an address or a reference, given a list",
      { hook: [] },
      "invalid-value hook: hook is an empty list; it must be a text or a map; write { env: … } or { file: … } or { host_file: … }",
    ],
    [
      "a list or a map, given a single name",
      { hosts: "web1" },
      'invalid-value hosts: hosts is "web1"; it must be a list of host names or a map; write it in brackets: hosts: [web1]',
    ],
    [
      "true or false, given a word of YAML 1.1",
      { managed: "no" },
      'invalid-value managed: managed is "no"; it must be true or false; write managed: false',
    ],
    [
      "a text, given a whole number",
      { labels: { rack: 1 } },
      'invalid-value labels.rack: rack is 1; it must be a label value; write it in quotes: rack: "1"',
    ],
    [
      "a text, given a number that YAML may have shortened",
      { version: 1.1 },
      'invalid-value version: version is 1.1; it must be a version number; write a version number, for example version: "2.42"',
    ],
  ])("%s", (_, change, expected) => {
    expect(problems(change)).toEqual([expected]);
  });

  test("a value of a closed set is completed where only one goes on from it", () => {
    expect(problems({ os: "ubuntu" })).toEqual([
      'invalid-value os: os is "ubuntu"; it must be one of debian-12, ubuntu-24.04; write ubuntu-24.04',
    ]);
  });
});

describe("a port in HOST:PORT or in a URL", () => {
  const ends = z.strictObject({ at: hostPort.optional(), url: httpUrl.optional() });
  const messages = (input: unknown) =>
    problemsOf(ends.safeParse(input).error?.issues ?? [], input, { schema: ends }).map(
      ({ code, message, hint }) => `${code} ${message}; ${hint}`,
    );

  test.each(["0", "65536", "99999", "080"])("is refused with the range (%s)", (wrong) => {
    const words = `has port ${wrong}, which is not a number from 1 to 65535; write a port from 1 to 65535`;
    expect(messages({ at: `db.example.org:${wrong}` })).toEqual([`invalid-value at ${words}`]);
    expect(messages({ at: `[2001:db8::5]:${wrong}` })).toEqual([`invalid-value at ${words}`]);
    expect(messages({ url: `http://[2001:db8::5]:${wrong}/x` })).toEqual([`invalid-value url ${words}`]);
    expect(messages({ url: `https://example.org:${wrong}` })).toEqual([`invalid-value url ${words}`]);
  });

  test.each(["1", "80", "9999", "10000", "59999", "64999", "65499", "65529", "65535"])(
    "is taken up to its end (%s)",
    (right) => {
      expect(messages({ at: `db:${right}`, url: `http://db:${right}/` })).toEqual([]);
    },
  );

  test("does not hide what else is wrong", () => {
    expect(messages({ at: "d b:0" })).toEqual([
      'invalid-value at is "d b:0", which is not HOST:PORT; write HOST:PORT, for example db.example.org:3306',
    ]);
    expect(messages({ url: "http://a$:0/" })).toEqual([expect.stringMatching(/^unsafe-value /)]);
  });
});

test("the hint for a version works where YAML would make a number of it", () => {
  const versions = z.strictObject({ prometheus: versionNumber });
  const hintOf = (input: unknown) =>
    problemsOf(versions.safeParse(input).error?.issues ?? [], input, { schema: versions })[0]?.hint ?? "";
  expect(hintOf({ prometheus: "v2.42" })).toBe('write a version number, for example "2.42"');
  expect(hintOf({ prometheus: 2.4 })).toBe('write a version number in quotes, for example prometheus: "2.42"');
});
