import { z } from "zod";
import { optionalCollectors } from "./collectors.ts";

export const settings = z.strictObject({
  collectors: z
    .array(z.enum(optionalCollectors))
    .default([])
    .meta({ description: "collectors to turn on beside the usual ones", examples: [["supervisord"]] }),
});

export type NodeSettings = z.infer<typeof settings>;
