import { z } from "zod";
import {
  absolutePath,
  accept,
  alertName,
  duration,
  hostPort,
  identifier,
  labels,
  name,
  port,
  ratio,
  scrapePath,
  text,
  urlPath,
  versionNumber,
} from "../values.ts";

/** What the schema has to know of a kind. */
export interface KindSchema {
  readonly id: string;
  readonly title: string;
  readonly settings: z.ZodType;
}

const instance = z
  .strictObject({
    role: name.optional().meta({ description: "what this instance is in its cluster; the kind says which there are" }),
    backup: z.boolean().default(false).meta({ description: "takes traffic only when no other does" }),
    spare: z.boolean().default(false).meta({ description: "in no upstream, carries no capacity" }),
    port: port.optional(),
    labels: labels.default({}),
  })
  .meta({ description: "what is special about the service on this host" });

/** Thresholds by alert name, for a service or for all. */
export const thresholds = z
  .record(
    alertName,
    z.strictObject({
      threshold: z
        .union([z.number(), text("a threshold")])
        .optional()
        .meta({ description: "number, ratio, duration or size, as the alert has it", examples: ["15%", "10s", 20] }),
      for: duration.optional(),
      severity: z.enum(["critical", "warning", "info"]).optional(),
      enabled: z.boolean().default(true),
    }),
  )
  .meta({ description: "parameters of alerts that differ from their defaults, by alert name" });

const slo = z.strictObject({
  name,
  objective: ratio.meta({ description: "a ratio, the share of good events over 30 days", examples: ["99.9%"] }),
  sli: z.enum(["http-availability", "http-latency", "span-availability", "span-latency", "probe-availability"]),
  threshold: duration.optional().meta({ description: "for latency: what is still good" }),
});

const common = {
  hosts: z
    .union([z.array(name), z.record(name, instance)])
    .optional()
    .meta({ description: "host names, or a map from host name to what is special there" }),
  external: z.array(hostPort).optional().meta({ description: "HOST:PORT of what we do not run, instead of hosts" }),
  port: port.optional(),
  version: versionNumber.optional(),
  owner: name.optional(),
  labels: labels.default({}),
  depends_on: z.array(name).default([]),
  capacity: z
    .strictObject({
      peak_rps: z.number().positive().meta({ description: "requests per second at the peak" }),
      rps_per_host: z.number().positive().meta({ description: "requests per second that one host carries" }),
      headroom: ratio.default(0).meta({ description: "what must be left above the peak", examples: [0.3] }),
    })
    .optional(),
  slos: z.array(slo).default([]),
  health: z
    .strictObject({ path: urlPath.default("/"), port: port.optional(), status: z.int().min(100).max(599).default(200) })
    .optional()
    .meta({ description: "how to ask from outside whether it is well" }),
  metrics: z.strictObject({ path: scrapePath.optional(), port: port.optional() }).optional(),
  logs: z
    .array(
      z.strictObject({
        path: absolutePath,
        parser: identifier.default("plain"),
        multiline: text("a regular expression that begins a record").optional(),
      }),
    )
    .default([]),
  thresholds: thresholds.default({}),
  accept,
};

/** Services by kind: the common keys, and the kind's settings under its name. */
export function serviceSchema(kinds: readonly KindSchema[]) {
  const [first, ...rest] = kinds.map((kind) =>
    z
      .strictObject({ kind: z.literal(kind.id), ...common, [kind.id]: kind.settings.optional() })
      .meta({ description: kind.title }),
  );
  if (first === undefined) throw new Error("no component kind is registered");
  return z.discriminatedUnion("kind", [first, ...rest]);
}

const plain = z.strictObject({ kind: z.string(), ...common });
/** The common keys of a service as they come out of the schema. */
export type ServiceEntry = z.output<typeof plain>;
