import { z } from "zod";
import { accept, labels, name, versionNumber } from "../values.ts";
import { alerting, owner } from "./alerting.ts";
import { host, segment } from "./hosts.ts";
import { logging, scrape, tracing } from "./observability.ts";
import { change, extra, ssh, timezone } from "./operations.ts";
import { type KindSchema, type ServiceEntry, serviceSchema } from "./services.ts";
import { virtualIp } from "./virtual-ips.ts";

const sections = {
  version: z.literal(1).meta({ description: "version of the inventory's form" }),
  platform: name.meta({
    description: "what the whole is called; label `platform` on every series",
    examples: ["shop"],
  }),
  environment: name.default("production"),
  timezone: timezone.default("UTC"),
  labels: labels.default({}).meta({ description: "labels on every target, log line and span" }),
  versions: z
    .record(z.string().regex(/^[a-z0-9_-]+$/), versionNumber)
    .default({})
    .meta({ description: "versions of the tools that configs are for", examples: [{ prometheus: "2.42" }] }),
  segments: z.record(name, segment).default({}),
  ssh: ssh.optional(),
  default_owner: name.default("platform"),
  owners: z.record(name, owner).default({}),
  hosts: z.record(name, host),
  virtual_ips: z.record(name, virtualIp).default({}),
  scrape: scrape.default({ interval: "15s", discovery: "file" }),
  logging: logging.optional(),
  tracing: tracing.optional(),
  alerting: alerting.optional(),
  change: change.optional(),
  extra: extra.default({ rules: [], dashboards: [], scrape_configs: [] }),
  accept,
};

const withoutServices = z.strictObject(sections);

/** The whole inventory as it comes out of the schema, defaults filled in. */
export type Inventory = z.output<typeof withoutServices> & {
  readonly services: Readonly<Record<string, ServiceEntry>>;
};

/**
 * How a run reads with a schema: it does so once, and compiling a parser for that (`new Function` in zod) takes longer
 * than it saves, up to some thousand hosts.
 */
export const reading = { jitless: true } as const;

/** The schema of an inventory, for the kinds that are registered. */
export function inventorySchema(kinds: readonly KindSchema[]) {
  return z.strictObject({ ...sections, services: z.record(name, serviceSchema(kinds)).default({}) });
}
