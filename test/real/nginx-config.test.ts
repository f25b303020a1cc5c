import { globSync, readFileSync } from "node:fs";
import { load } from "js-yaml";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Artifact } from "../../src/artifact/artifact.ts";
import { printModsecurity } from "../../src/artifact/modsecurity.ts";
import { block, directive, dollarDefinition, printNginx } from "../../src/artifact/nginx-block.ts";
import { kinds } from "../../src/catalog/index.ts";
import { checkWithNginx } from "../../src/check/nginx/index.ts";
import type { Toolbox, Verdict } from "../../src/check/toolbox.ts";
import { originOf } from "../../src/explain/file.ts";
import { openToolbox } from "../../src/io/toolbox.ts";
import { compile } from "../../src/model/compile.ts";
import { renderNginx } from "../../src/render/nginx/index.ts";
import { resultOf } from "../random/built.ts";
import { cores, hostileValues } from "../random/hostile.ts";
import { randomInventory } from "../random/inventory.ts";
import { randomEdge } from "./nginx/random-edge.ts";
import { describeWith } from "./tool.ts";

const needed = [
  "nginx",
  "unshare",
  "openssl",
  "/usr/lib/nginx/modules/ngx_http_modsecurity_module.so",
  "/usr/share/modsecurity-crs/rules",
];

describeWith(needed, "nginx -t, on the config as it is generated", () => {
  let toolbox: Toolbox & { readonly close: () => void };
  beforeAll(() => {
    toolbox = openToolbox();
  });
  afterAll(() => toolbox.close());

  /** What nginx says, with the line of each complaint. */
  async function said(artifacts: readonly Artifact[]): Promise<Verdict | undefined> {
    return (await checkWithNginx(artifacts, toolbox))[0];
  }

  /** Four at a time: each is a process that waits more than it works. */
  async function inFours<Item, Found>(
    items: readonly Item[],
    judge: (item: Item) => Promise<readonly Found[]>,
  ): Promise<readonly Found[]> {
    const found: Found[] = [];
    for (let at = 0; at < items.length; at += 4)
      found.push(...(await Promise.all(items.slice(at, at + 4).map(judge))).flat());
    return found;
  }

  it("has no complaint about any example", async () => {
    const files = globSync(["examples/*.yaml", "src/catalog/*/example.yaml"]).toSorted();
    const verdicts: unknown[] = [];
    for (const file of files) {
      const verdict = await said(resultOf(load(readFileSync(file, "utf8"))).artifacts);
      if (verdict !== undefined) verdicts.push([file, verdict.state]);
    }
    expect(verdicts).toContainEqual(["examples/meishi.yaml", "passed"]);
    expect(verdicts.length).toBeGreaterThan(2);
    expect(verdicts.filter((each) => !JSON.stringify(each).endsWith('"passed"]'))).toEqual([]);
  });

  it("has no complaint about 50 random pairs of balancers with 0 to 4 virtual IPs", async () => {
    const models = Array.from({ length: 400 }, (_, index) => compile(randomEdge(index + 1), kinds))
      .flatMap(({ model, problems }, index) => {
        const isValid = model !== undefined && problems.every(({ severity }) => severity !== "error");
        return isValid ? [{ seed: index + 1, model }] : [];
      })
      .slice(0, 50);
    const wrong = await inFours(models, async ({ seed, model }) => {
      const verdict = await said(renderNginx(model));
      const complaints = verdict?.state === "failed" ? verdict.complaints.map(({ text }) => text) : [];
      return verdict?.state === "passed" ? [] : [{ seed, state: verdict?.state, complaints }];
    });
    expect(wrong).toEqual([]);
    expect(models).toHaveLength(50);
    expect([...new Set(models.map(({ model }) => model.virtualIps.size))].toSorted()).toEqual([0, 1, 2, 3, 4]);
  });

  it("has no complaint about the balancers of 15 random inventories", async () => {
    const seeds = Array.from({ length: 15 }, (_, index) => index + 1);
    const seen = await inFours(seeds, async (seed) => {
      const { model } = compile(randomInventory(seed), kinds);
      const verdict = model && (await said(renderNginx(model)));
      return verdict === undefined ? [] : [[seed, verdict.state === "failed" ? verdict.complaints : verdict.state]];
    });
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.filter(([, state]) => state !== "passed")).toEqual([]);
  });

  const meishi = (): readonly Artifact[] => resultOf(load(readFileSync("examples/meishi.yaml", "utf8"))).artifacts;

  /** Complaints about Meishi with one file changed: the inventory path and the words. */
  async function about(
    path: RegExp,
    from: string,
    to: string,
  ): Promise<readonly (readonly [string | undefined, string])[]> {
    const changed = meishi().map((artifact) =>
      path.test(artifact.path) ? { ...artifact, content: artifact.content.replace(from, to) } : artifact,
    );
    const verdict = await said(changed);
    if (verdict?.state !== "failed") return [];
    return verdict.complaints.map(({ artifact, line, text }) => [
      artifact && line !== undefined ? originOf(artifact, line)?.source.join(".") : artifact?.path,
      text,
    ]);
  }

  it("complains at the inventory line that the directive comes from", async () => {
    expect(await about(/upstreams\.conf$/, "max_fails=3", "max_fails=x")).toEqual([
      ["services.cloud-admin.hosts.0", 'invalid parameter "max_fails=x"'],
    ]);
    const site = "services.edge.nginx.sites.0";
    expect(
      await about(/api\.meishi\.example_443_web\.conf$/, "proxy_pass http://gateway;", "proxy_pass http://gone;"),
    ).toEqual([[`${site}.routes.0.to`, 'host not found in upstream "gone"']]);
  });

  it("complains about what is only a warning, too", async () => {
    const twice = await about(
      /menu\.meishi\.internal_8080_inside\.conf$/,
      "server_name menu.meishi.internal;",
      "server_name menu.meishi.internal menu.meishi.internal;",
    );
    expect(twice[0]).toEqual([
      expect.stringContaining("services.edge.nginx.sites.1"),
      expect.stringContaining('conflicting server name "menu.meishi.internal"'),
    ]);
  });

  it("complains about a rule of the firewall at the exclusion that it comes from", async () => {
    const [complaint] = await about(/block-[0-9a-f]+\.conf$/, "SecRule REQUEST_FILENAME", "SecRule NOTHING_KNOWN");
    expect(complaint?.[0]).toBe("services.edge.nginx.waf.exclusions.0");
  });

  it("reads hostile values as single arguments, in a config and in the firewall's comments", async () => {
    const values = [...cores, ...hostileValues(1_500, 21)].filter((value) => !/[\0\r\n]/.test(value));
    const hostile = block(
      "server",
      [],
      [
        directive("listen", "127.0.0.1:9999"),
        ...values.map((value, index) => block("location", [`/${index}`], [directive("return", 200, value)])),
      ],
    );
    const changed = meishi().map((artifact) => {
      if (artifact.path.endsWith("/unknown.conf"))
        return { ...artifact, content: artifact.content + printNginx([dollarDefinition, hostile], values).content };
      if (!artifact.path.endsWith("/crs-setup.conf")) return artifact;
      const rules = values.map((comment) => ({ name: "SecArgumentSeparator", args: ["&"], comment }));
      return { ...artifact, content: artifact.content + printModsecurity(rules, []).content };
    });
    expect(await said(changed)).toEqual({ tool: "nginx -t", state: "passed", detail: "1 config" });
  });
});
