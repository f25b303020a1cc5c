import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readEngineModes } from "../../../../src/service/access-log/waf/engine-modes.ts";
import { ModeWatch } from "../../../../src/service/access-log/waf/mode-watch.ts";
import { filesOf, parseNginxConfig } from "../../../../src/service/access-log/waf/nginx-config.ts";
import { config } from "../config.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stackwright-modes-"));
  mkdirSync(join(folder, "sites"));
  mkdirSync(join(folder, "rules"));
  write("nginx.conf", `http {\n  modsecurity_rules_file rules/main.conf;\n  include sites/*.conf;\n}\n`);
  write("rules/main.conf", `# SecRuleEngine Off\nSecRuleEngine On\nInclude ${folder}/rules/crs*.conf\n`);
  write("rules/crs-1.conf", 'SecRule ARGS "@rx x" "id:1,deny"\n');
  write("rules/detect.conf", "SecRuleEngine DetectionOnly\n");
  site("shop", "shop.example.org *.shop.example.org", "location / { set $route_path /; modsecurity on; }");
  site(
    "watch",
    "watch.example.org",
    'location "/" { set $route_path "/"; modsecurity on; modsecurity_rules_file rules/detect.conf; }',
  );
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(file: string, text: string): void {
  writeFileSync(join(folder, file), text);
}

function site(file: string, names: string, body: string): void {
  write(`sites/${file}.conf`, `server { listen 80; server_name ${names};\n${body}\n}\n`);
}

function modes(): object {
  return Object.fromEntries(readEngineModes(join(folder, "nginx.conf"), config.sites).modes);
}

describe("what the firewall does by the config on disk", () => {
  it("is said by the innermost level that says something", () => {
    expect(modes()).toEqual({ "shop.example.org": "block", "watch.example.org": "detect" });
    site("shop", "shop.example.org", "modsecurity on; location / { set $route_path /; }");
    expect(modes()).toMatchObject({ "shop.example.org": "block" });
    site(
      "shop",
      "shop.example.org",
      "modsecurity_rules 'SecRuleEngine DetectionOnly'; location / { set $route_path /; modsecurity on; }",
    );
    expect(modes()).toMatchObject({ "shop.example.org": "detect" });
  });

  it("is off where it is switched off, or was never switched on", () => {
    site("shop", "shop.example.org", "modsecurity on; location / { set $route_path /; modsecurity off; }");
    expect(modes()).toMatchObject({ "shop.example.org": "off" });
    site("shop", "shop.example.org", "location / { set $route_path /; }");
    expect(modes()).toMatchObject({ "shop.example.org": "off" });
    site("shop", "shop.example.org", "location / { set $route_path /; modsecurity on; }");
    write("rules/main.conf", "SecRuleEngine Off\n");
    expect(modes()).toMatchObject({ "shop.example.org": "off", "watch.example.org": "detect" });
  });

  it("is the weakest of what it does on routes that shall have it", () => {
    // The route /ws shall not.
    const on = "modsecurity on;";
    site(
      "shop",
      "shop.example.org",
      `location = / { set $route_path /; ${on} } location / { set $route_path /; } location /ws { set $route_path /ws; }`,
    );
    expect(modes()).toMatchObject({ "shop.example.org": "off" });
    site("shop", "shop.example.org", `location / { set $route_path /; ${on} } location /ws { set $route_path /ws; }`);
    expect(modes()).toMatchObject({ "shop.example.org": "block" });
  });

  it("is not known for a site that has no server", () => {
    site("shop", "other.example.org", "location / { set $route_path /; modsecurity on; }");
    expect(modes()).toEqual({ "watch.example.org": "detect" });
  });
});

describe("what the firewall does in the nginx that runs", () => {
  const settings = (): ConstructorParameters<typeof ModeWatch>[0] => ({
    ...config,
    nginx: { ...config.nginx, config: join(folder, "nginx.conf") },
  });
  const startedNow = (): { readonly workers: number; readonly oldestMs: number } => ({
    workers: 2,
    oldestMs: Date.now(),
  });
  const startedBefore = { workers: 2, oldestMs: Date.now() - 60_000 };

  it("is what is on disk, as long as no file is younger than the workers", () => {
    const watch = new ModeWatch(settings());
    expect(watch.look(startedNow()).get("shop.example.org")).toBe("block");
    site("shop", "shop.example.org", "location / { set $route_path /; modsecurity off; }");
    // Somebody has edited the file; nginx does not know.
    expect(watch.look(startedBefore).get("shop.example.org")).toBe("block");
    // Now it has reloaded.
    expect(watch.look(startedNow()).get("shop.example.org")).toBe("off");
  });

  it("is what an earlier exporter knew, where the disk says something else by now", () => {
    expect(new ModeWatch(settings()).look(startedBefore).size).toBe(0);
    const watch = new ModeWatch(settings(), new Map([["shop.example.org", "detect"]]));
    expect(watch.look(startedBefore).get("shop.example.org")).toBe("detect");
  });

  it("is nothing where nginx does not run, and known again when it does", () => {
    const watch = new ModeWatch(settings());
    watch.look(startedNow());
    expect(watch.look(undefined).size).toBe(0);
    expect(watch.look(startedNow()).get("shop.example.org")).toBe("block");
  });
});

it("a config of nginx is read with quotes, escapes, comments, variables and braces in words", () => {
  expect(parseNginxConfig(`# a { b;\na "x; # \\"y\\"" 'z }' \${v}; b c { d; } # end`)).toEqual([
    { name: "a", args: ['x; # "y"', "z }", `\${v}`], children: [] },
    { name: "b", args: ["c"], children: [{ name: "d", args: [], children: [] }] },
  ]);
});

it("patterns of includes match as nginx matches them", () => {
  for (const file of ["a.conf", "b.conf", "b1.conf", "b2.conf", "b3.conf", ".hidden.conf", "aXconf", "c+d.conf"])
    write(file, "");
  const found = (pattern: string): readonly string[] =>
    filesOf(join(folder, pattern)).map((file) => file.slice(folder.length + 1));
  expect(found("*.conf")).toEqual(["a.conf", "b.conf", "b1.conf", "b2.conf", "b3.conf", "c+d.conf", "nginx.conf"]);
  expect(found("b[12]*.conf")).toEqual(["b1.conf", "b2.conf"]);
  expect(found("b[!1]*.conf")).toEqual(["b2.conf", "b3.conf"]);
  expect(found("?.conf")).toEqual(["a.conf", "b.conf"]);
  expect(found("c+*")).toEqual(["c+d.conf"]);
  expect(found("none/*.conf")).toEqual([]);
  expect(found("named.conf")).toEqual(["named.conf"]);
});
