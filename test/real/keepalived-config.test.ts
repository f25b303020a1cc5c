import { readFileSync } from "node:fs";
import { load as parseYaml } from "js-yaml";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Artifact } from "../../src/artifact/artifact.ts";
import { checkWithKeepalived } from "../../src/check/keepalived/index.ts";
import type { Verdict } from "../../src/check/toolbox.ts";
import { formatPath } from "../../src/diagnostics/path.ts";
import { originOf } from "../../src/explain/file.ts";
import { openToolbox } from "../../src/io/toolbox.ts";
import { randomInventory } from "../random/inventory.ts";
import { configPath, rendered } from "../render/keepalived/members.ts";
import { describeInLab } from "./tool.ts";

const inventories = Array.from({ length: 120 }, (_, index) => ({ seed: index + 1, value: randomInventory(index + 1) }))
  .filter(({ value }) => countOf(value) <= 4)
  .slice(0, 55);

function countOf({ virtual_ips: section = {} }: ReturnType<typeof randomInventory>): number {
  return Object.keys(Object(section)).length;
}

describeInLab(["keepalived", "chroot"], "keepalived -t", () => {
  let toolbox: ReturnType<typeof openToolbox>;
  beforeAll(() => {
    toolbox = openToolbox();
  });
  afterAll(() => toolbox.close());
  const verdictOn = async (artifacts: readonly Artifact[]): Promise<Verdict | undefined> =>
    (await checkWithKeepalived(artifacts, toolbox))[0];

  it.each(["examples/meishi.yaml", "examples/ha-pair.yaml", "src/catalog/keepalived/example.yaml"])(
    "takes what is generated for %s",
    async (file) => {
      const { artifacts } = rendered(parseYaml(readFileSync(file, "utf8")));
      expect(await verdictOn(artifacts)).toEqual({ tool: "keepalived -t", state: "passed", detail: "2 configs" });
    },
  );

  // One run for all of them: the hosts of each get a name of their own.
  it("takes what is generated for 55 random inventories with 0 to 4 virtual IPs, IPv4 and IPv6", async () => {
    expect(inventories).toHaveLength(55);
    expect(new Set(inventories.map(({ value }) => countOf(value)))).toEqual(new Set([0, 1, 2, 3, 4]));
    let members = 0;
    let ipv6 = 0;
    const all = inventories.flatMap(({ seed, value }) => {
      const { artifacts, model } = rendered(value);
      ipv6 += [...model.virtualIps.values()].filter(({ address }) => address.includes(":")).length;
      return artifacts.map((artifact) => {
        if (artifact.installs.some(({ path }) => path === configPath)) members += artifact.installs.length;
        return {
          ...artifact,
          installs: artifact.installs.map((install) => ({ ...install, host: `${seed}-${install.host}` })),
        };
      });
    });
    expect(ipv6).toBeGreaterThan(10);
    expect(members).toBeGreaterThan(60);
    expect(await verdictOn(all)).toMatchObject({ state: "passed", detail: `${members} configs` });
  });

  it.each([
    ["a keyword that there is not", "state BACKUP", "sate BACKUP", "virtual_ips.front", "sate"],
    ["a state that there is not", "state BACKUP", "state MASTR", "virtual_ips.front", "MASTR"],
    [
      "state MASTER with nopreempt",
      "state BACKUP",
      "state MASTER",
      "virtual_ips.front",
      "nopreempt will not work with initial state MASTER",
    ],
    [
      "a virtual router id out of range",
      "virtual_router_id 61",
      "virtual_router_id 256",
      "virtual_ips.front.virtual_router_id",
      "256",
    ],
    ["a peer that is no address", "192.0.2.12 min_ttl", "lb2 min_ttl", "hosts.lb2.address", "lb2"],
    ["an address that is none", "192.0.2.100/24", "192.0.2.300/24", "virtual_ips.front.address", "192.0.2.300"],
    ["scripts without security", "    enable_script_security\n", "", "", "SECURITY VIOLATION"],
    ["a brace that is missing", "        state_edge\n    }\n}\n", "        state_edge\n", "", ""],
  ])("complains of %s at what the inventory says there", async (_name, from, to, path, words) => {
    const { artifacts } = rendered(parseYaml(readFileSync("examples/ha-pair.yaml", "utf8")));
    let isChanged = false;
    const broken = artifacts.map((artifact) => {
      if (!artifact.installs.some((install) => install.path === configPath && install.host === "lb1")) return artifact;
      isChanged = artifact.content.includes(from);
      return { ...artifact, content: artifact.content.replace(from, to) };
    });
    expect(isChanged).toBe(true);
    const verdict = await verdictOn(broken);
    if (verdict?.state !== "failed") throw new Error(JSON.stringify(verdict));
    const told = verdict.complaints.map(({ artifact, line, text }) => ({
      path: formatPath((artifact && line !== undefined && originOf(artifact, line)?.source) || []),
      text,
    }));
    expect(told).toContainEqual({ path, text: expect.stringContaining(words) });
  });
});
