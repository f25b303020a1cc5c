import { z } from "zod";

/** What stands under `uwsgi:` of a service. */
export const uwsgiSettings = z.strictObject({
  protocol: z
    .enum(["http", "uwsgi"])
    .default("uwsgi")
    .meta({ description: "what its port speaks to the balancer in front" }),
  processes: z.int().min(1).max(1024).default(1).meta({ description: "worker processes on each host" }),
  threads: z.int().min(1).max(1024).default(1).meta({ description: "threads of each worker process" }),
});

export type UwsgiSettings = z.infer<typeof uwsgiSettings>;
