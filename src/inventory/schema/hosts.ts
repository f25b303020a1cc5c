import { z } from "zod";
import { accept, address, cidr, grammar, labels, name } from "../values.ts";

/** At most 15 characters, as the kernel has it; `:` is that of alias addresses. */
const interfaceName = grammar(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}$/, "the name of a network interface", ["eth0"]);

export const segment = z
  .strictObject({
    cidr,
    interface: interfaceName
      .optional()
      .meta({ description: "the interface that hosts have on this segment; needed for virtual IPs" }),
    reserved_virtual_router_ids: z
      .array(z.int().min(1).max(255))
      .default([])
      .meta({ description: "VRIDs that others use on this segment" }),
    accept,
  })
  .meta({ description: "a layer-2 segment; a VRRP virtual router id is unique on it" });

export const host = z
  .strictObject({
    address: address.optional().meta({ description: "its address, for a host with one leg" }),
    segment: name.optional().meta({ description: "the segment of `address`" }),
    addresses: z
      .record(name, address)
      .optional()
      .meta({ description: "address by segment, for a host with several legs; the first is the default" }),
    os: z.enum(["debian-12", "ubuntu-24.04", "rhel-9", "windows"]).default("debian-12"),
    owner: name.optional(),
    labels: labels.default({}),
    managed: z.boolean().default(true).meta({ description: "false: scraped and probed, never changed" }),
    accept,
  })
  .meta({ description: "a machine", examples: [{ address: "192.0.2.10", segment: "lan" }] });
