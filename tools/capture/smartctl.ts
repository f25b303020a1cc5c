import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Bench } from "../../test/real/lab/bench.ts";
import { eventually, get } from "../../test/real/lab/waiting.ts";
import { type Capture, families } from "./captured.ts";
import { bringModule, buildProgram } from "./go-module.ts";
import { scrape } from "./scrape.ts";

const module = {
  path: "github.com/prometheus-community/smartctl_exporter",
  version: "v0.14.0",
  sum: "h1:L4iDMzV29E+QnzKPMYW1aqUUa/N8n5BPXEBWhC/uL0w=",
};

/** The exporter on what smartctl said of real disks: its project keeps their answers as test data, and it can read them. */
export async function captureSmartctl(bench: Bench): Promise<Capture> {
  const folder = await bringModule(bench, module);
  const program = await buildProgram(bench, folder, ".");
  const disks = await copyAnswers(bench, join(folder, "testdata"));
  const port = await bench.freePort();
  bench.start(program, [
    "--smartctl.fake-data",
    ...disks.map(({ name, type }) => `--smartctl.device=/dev/${name};${type}`),
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
  const url = `http://127.0.0.1:${port}/metrics`;
  await eventually(() => get(url));
  return {
    exporter: "smartctl_exporter",
    version: module.version.slice(1),
    flags: [],
    source: `the exporter on the answers of ${disks.length} real disks (ATA, NVMe, SCSI) that its project keeps as test data`,
    families: families(await scrape(url)),
  };
}

interface Disk {
  readonly name: string;
  /** As smartctl names the interface. */
  readonly type: string;
}

const answer = z.looseObject({ device: z.looseObject({ type: z.string() }) });

/** It reads the answer of `/dev/NAME` from `debug/NAME.json` in its working folder. Most were taken as `/dev/sda`. */
async function copyAnswers(bench: Bench, from: string): Promise<readonly Disk[]> {
  const files = (await readdir(from)).filter((file) => file.endsWith(".json"));
  const disks: Disk[] = [];
  for (const file of files.sort()) {
    const name = `disk${disks.length}`;
    const { device, ...rest } = answer.parse(JSON.parse(await readFile(join(from, file), "utf8")));
    const renamed = { ...rest, device: { ...device, name: `/dev/${name}`, info_name: `/dev/${name}` } };
    await bench.write(`debug/${name}.json`, JSON.stringify(renamed));
    disks.push({ name, type: device.type });
  }
  return disks;
}
