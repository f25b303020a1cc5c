import { z } from "zod";
import { absolutePath, duration, hostname, hostPort, httpUrl } from "../../inventory/values.ts";

/** Record types that a DNS probe may ask for. */
const recordTypes = ["A", "AAAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"] as const;

const target = z.union([
  z.strictObject({
    module: z.enum(["http_2xx", "http_any", "https_any"]).meta({ description: "module that asks it" }),
    url: httpUrl,
  }),
  z.strictObject({
    module: z.enum(["tcp_connect", "tls_connect", "dns_udp"]).meta({ description: "module that asks it" }),
    address: hostPort,
  }),
  z.strictObject({ module: z.literal("icmp").meta({ description: "module that asks it" }), address: hostname }),
]);

export const blackboxSettings = z.strictObject({
  timeout: duration
    .default("5s")
    .meta({ description: "how long one probe may take; the scrape timeout less half a second where that is shorter" }),
  ip_protocol: z.enum(["ip4", "ip6"]).default("ip4").meta({
    description: "preferred where a name has addresses of both; the other one is used where it has only that",
  }),
  ca_file: absolutePath
    .optional()
    .meta({ description: "file on the probers with the certificates that probes trust, instead of the system's" }),
  dns: z
    .strictObject({
      name: z
        .union([z.literal("."), hostname])
        .default(".")
        .meta({ description: "what the module dns_udp asks for" }),
      type: z.enum(recordTypes).default("NS").meta({ description: "record type that the module dns_udp asks for" }),
    })
    .prefault({})
    .meta({ description: "question of DNS probes" }),
  targets: z
    .array(target)
    .default([])
    .meta({ description: "endpoints to probe beside those of the inventory: pages and servers of others" }),
});

export type BlackboxSettings = z.infer<typeof blackboxSettings>;
