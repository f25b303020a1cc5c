import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import type { EdgeLab } from "./lab/edge/edge-lab.ts";
import { edgeInventory, edgeTools, web } from "./lab/edge/inventory.ts";
import { ofVirtualIp, writtenMetrics } from "./lab/edge/metrics.ts";
import { startPair } from "./lab/edge/pair.ts";
import { strangerConfig, useMulticast } from "./lab/edge/stranger.ts";
import { describeInLab } from "./tool.ts";

const inventory = edgeInventory({ webInterval: "1s" });
const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const stranger = { segment: "frontend", address: "198.51.100.77", interface: "eth0" };

const document = z.object({
  ok: z.boolean(),
  problems: z.array(z.object({ code: z.string(), line: z.number(), path: z.string() })),
  vrid: z.object({
    taken: z.array(
      z.object({
        virtual_router_id: z.number(),
        verdict: z.string(),
        clusters: z.array(
          z.object({ addresses: z.array(z.string()), senders: z.array(z.object({ address: z.string() })) }),
        ),
      }),
    ),
    free: z.array(z.number()),
  }),
});

describeInLab([...edgeTools, "tcpdump"], "doctor --vrid on a segment with a foreign cluster", () => {
  let lab: EdgeLab;
  let file: string;

  beforeAll(async () => {
    lab = await startPair({ inventory, strangers: { stranger: [stranger] } });
    file = join(lab.folder, "inventory.yaml");
    writeFileSync(file, inventory);
    const other = lab.balancer("stranger");
    other.install("/etc/default/keepalived", 'DAEMON_ARGS="--log-console --log-detail"\n');
    other.install("/etc/keepalived/keepalived.conf", strangerConfig("198.51.100.200"));
  });
  afterEach(({ task }) => {
    if (task.result?.state === "fail") process.stderr.write(lab.logs());
  });
  afterAll(() => lab?.clear());

  function doctor(...args: readonly string[]) {
    const command = ["netns", "exec", lab.client, process.execPath, main, "doctor", "--vrid", ...args];
    const { status, stdout, stderr } = spawnSync("ip", command, { encoding: "utf8", timeout: 60_000 });
    return { status, stdout, stderr };
  }

  it("hears nothing of a cluster that sends unicast, and says that it cannot", () => {
    const { status, stdout } = doctor("eth0", "--seconds", "3");
    expect(stdout).toContain("heard nothing in 3 s");
    expect(stdout).toContain("unicast clusters do not show here");
    expect(status).toBe(0);
  });

  it("sees a foreign cluster with our id, at the inventory's line, although our own members cannot", async () => {
    await lab.balancer("stranger").systemctl("start", "keepalived.service");
    await expect.poll(() => addresses("stranger"), { timeout: 15_000 }).toContain("198.51.100.200");
    const { status, stdout } = doctor("eth0", "--seconds", "6", "-i", file, "--json");
    const { ok, problems, vrid } = document.parse(JSON.parse(stdout));
    expect(problems).toEqual([
      expect.objectContaining({
        code: "virtual-router-id-collision",
        path: "virtual_ips.web.virtual_router_id",
        line: inventory.split("\n").indexOf("    virtual_router_id: 51") + 1,
      }),
    ]);
    expect([ok, status]).toEqual([false, 1]);
    expect(vrid.taken).toEqual([
      expect.objectContaining({
        virtual_router_id: 51,
        clusters: [
          { addresses: ["198.51.100.200"], senders: [expect.objectContaining({ address: stranger.address })] },
        ],
      }),
    ]);
    expect(vrid.free).toEqual([52, 53, 54]);
    for (const balancer of lab.balancers)
      expect(ofVirtualIp(await writtenMetrics(balancer), errors, "web"), balancer.name).toBe(0);
  });

  it("calls it a collision where ours send multicast too, and keepalived's own count says so", async () => {
    for (const balancer of lab.balancers) {
      useMulticast(balancer, readFileSync(balancer.path("/etc/keepalived/keepalived.conf"), "utf8"));
      await balancer.systemctl("restart", "keepalived.service");
    }
    await expect.poll(() => lab.holders(web.address).length, { timeout: 30_000 }).toBeGreaterThan(0);
    const { status, stdout } = doctor("eth0", "--seconds", "8", "--json");
    const { vrid } = document.parse(JSON.parse(stdout));
    expect(vrid.taken).toEqual([expect.objectContaining({ virtual_router_id: 51, verdict: "collision" })]);
    expect(vrid.taken[0]?.clusters.map((cluster) => cluster.addresses).toSorted()).toEqual([
      ["198.51.100.100"],
      ["198.51.100.200"],
    ]);
    expect(status).toBe(1);
    for (const balancer of lab.balancers)
      expect(ofVirtualIp(await writtenMetrics(balancer), errors, "web"), balancer.name).toBeGreaterThan(0);
  });

  it("names what is missing: an interface, a right", () => {
    expect(doctor("eth7")).toMatchObject({ status: 2, stderr: expect.stringContaining("ip -brief link") });
    const command = ["netns", "exec", lab.client, "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    const doctorOfNobody = [...command, process.execPath, main, "doctor", "--vrid", "eth0", "--seconds", "1"];
    const { status, stderr } = spawnSync("ip", doctorOfNobody, { encoding: "utf8", timeout: 60_000 });
    expect(stderr).toContain("sudo stackwright doctor --vrid eth0");
    expect(status).toBe(3);
  });

  function addresses(name: string): Promise<string> {
    return lab.balancer(name).run("ip", ["-o", "address", "show"]);
  }
});

const errors = "keepalived_address_list_errors_total";
