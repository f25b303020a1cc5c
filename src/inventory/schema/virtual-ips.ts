import { z } from "zod";
import { accept, addressWithPrefix, duration, name } from "../values.ts";

export const virtualIp = z
  .strictObject({
    address: addressWithPrefix,
    service: name.meta({ description: "the service whose hosts share the address", examples: ["edge"] }),
    virtual_router_id: z
      .int()
      .min(1)
      .max(255)
      .optional()
      .meta({ description: "VRID; derived from the name where it is left out" }),
    priority: z.array(name).min(1).optional().meta({ description: "host order, the preferred one first" }),
    advert_interval: duration.default("1s"),
    preempt: z.boolean().default(false).meta({ description: "whether the preferred host takes the address back" }),
    segment: name.optional().meta({ description: "the address says it by itself; where it is written it has to fit" }),
    accept,
  })
  .meta({ description: "an address that moves between the hosts of a service" });
