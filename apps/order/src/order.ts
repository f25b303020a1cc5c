import { z } from "zod";

/** What is ordered: 1 to 20 different dishes, each up to 20 times. */
export const linesSchema = z
  .array(z.strictObject({ dish: z.int().min(1), quantity: z.int().min(1).max(20) }))
  .min(1)
  .max(20)
  .refine((lines) => new Set(lines.map(({ dish }) => dish)).size === lines.length, "each dish may stand there once");

export type Lines = z.output<typeof linesSchema>;

export const orderSchema = z.object({
  id: z.uuid(),
  /** With the prices, in fen, at the time of the order. */
  lines: z.array(z.object({ dish: z.int(), quantity: z.int(), priceFen: z.int() })),
  totalFen: z.int(),
  /** ISO 8601. */
  createdAt: z.iso.datetime(),
});

export type Order = z.output<typeof orderSchema>;

/** An order with what recognises a repetition of its request. */
export interface StoredOrder {
  readonly idempotencyKey: string;
  readonly order: Order;
}
