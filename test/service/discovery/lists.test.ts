import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { discoveryOf } from "../../../src/service/discovery/lists.ts";
import { buildText } from "../../real/lab/stack.ts";

const inventory = (discovery: string): string => `
version: 1
platform: tiny
environment: test
segments:
  front: { cidr: 192.0.2.0/24 }
  back: { cidr: 198.51.100.0/24 }
hosts:
  mon1: { address: 192.0.2.1, segment: front }
  mon2: { address: 198.51.100.2, segment: back }
  web1: { addresses: { front: 192.0.2.3, back: 198.51.100.3 } }
services:
  metrics: { kind: prometheus, hosts: [mon1, mon2] }
  edge: { kind: nginx, hosts: [web1] }
  probes: { kind: blackbox, hosts: [mon1] }
scrape: { discovery: ${discovery} }
`;
const built = buildText(inventory("http"));
const discovery = discoveryOf(built.model, built.signals);

describe("the lists of HTTP discovery", () => {
  it("are the files of file discovery, byte for byte, for each Prometheus server", () => {
    const files = buildText(inventory("file")).artifacts;
    let compared = 0;
    for (const { addresses, jobs } of discovery) {
      const host = addresses.includes("192.0.2.1") ? "mon1" : "mon2";
      for (const [job, { plain, gzip }] of jobs) {
        const path = `/etc/prometheus/targets/${job}.json`;
        const file = files.find(({ installs }) => installs.some((each) => each.host === host && each.path === path));
        expect(Buffer.from(plain).toString()).toBe(file?.content);
        expect(gunzipSync(gzip)).toEqual(Buffer.from(plain));
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(8);
  });

  it("hold together every target of every job", () => {
    const [{ all, jobs }] = discovery;
    const entries = JSON.parse(Buffer.from(all.plain).toString());
    expect(entries).toEqual([...jobs.values()].flatMap(({ plain }) => JSON.parse(Buffer.from(plain).toString())));
    expect(all.targets).toBe(entries.length);
  });

  it("differ where servers reach a host on different segments", () => {
    const edge = discovery.map(
      ({ jobs }) => JSON.parse(Buffer.from(jobs.get("nginx")?.plain ?? []).toString())[0].targets,
    );
    expect(edge.flat().sort()).toEqual(["192.0.2.3:9113", "198.51.100.3:9113"]);
  });

  it("exist without a Prometheus server in the inventory, with the first address of each host", () => {
    const { model, signals } = buildText(inventory("http").replace(/ {2}metrics:.*\n/, ""));
    const [view, ...others] = discoveryOf(model, signals);
    expect(others).toEqual([]);
    expect(JSON.parse(Buffer.from(view.jobs.get("nginx")?.plain ?? []).toString())[0].targets).toEqual([
      "192.0.2.3:9113",
    ]);
  });
});
