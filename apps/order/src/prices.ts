import { Problem, type Upstream } from "@stackwright/sample-service";
import { z } from "zod";

/** Prices in fen of the dishes that exist, by id. */
export type Prices = (dishes: readonly number[]) => Promise<ReadonlyMap<number, number>>;

const answerSchema = z.object({ dishes: z.array(z.object({ id: z.int(), priceFen: z.int().min(0) })) });

/** Asks the menu. */
export function createPrices(menu: Upstream): Prices {
  return async (dishes) => {
    const { body } = await menu.call(`/dishes?ids=${dishes.join(",")}`);
    const answer = answerSchema.safeParse(body);
    // Its mistake, not that of whoever orders.
    if (!answer.success) throw new Problem(502, "menu answered with something unexpected", { cause: answer.error });
    return new Map(answer.data.dishes.map(({ id, priceFen }) => [id, priceFen]));
  };
}
