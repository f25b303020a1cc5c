import { z } from "zod";

const common = {
  /** Share of the requests, or queries, that are hit. */
  probability: z.number().gt(0).max(1).default(1),
  /** It ends by itself after this; a drill is over when people have gone home. */
  seconds: z.int().min(1).max(900).default(60),
};
/** Only requests whose path is this or lies below it. */
const path = z
  .string()
  .regex(/^\/[!-~]{0,100}$/, "must begin with /")
  .optional();
const ms = z.int().min(1).max(10_000);

/** What can be made to go wrong: slow answers, errors, slow queries of the store. */
export const faultSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("latency"), ms, path, ...common }),
  z.strictObject({ kind: z.literal("errors"), status: z.int().min(500).max(599).default(500), path, ...common }),
  z.strictObject({ kind: z.literal("slow_query"), ms, ...common }),
]);

export type Fault = z.output<typeof faultSchema>;
