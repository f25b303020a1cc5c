import { z } from "zod";

export const dishSchema = z.object({
  id: z.int(),
  name: z.string(),
  category: z.string(),
  /** Price in fen, the hundredth of a yuan: whole numbers add up exactly. */
  priceFen: z.int(),
});

export type Dish = z.output<typeof dishSchema>;

/** A page of the menu; `next` is where the following one begins. */
export const pageSchema = z.object({ dishes: z.array(dishSchema), next: z.int().optional() });

export type Page = z.output<typeof pageSchema>;
