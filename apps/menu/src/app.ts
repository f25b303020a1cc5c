import type { Faults } from "@stackwright/sample-faults";
import { answerProblems, type Health, noSuchPath, Problem } from "@stackwright/sample-service";
import express, { type Express } from "express";
import type { Logger } from "pino";
import { z } from "zod";
import type { Menu } from "./menu.ts";

interface Parts {
  readonly menu: Menu;
  readonly health: Health;
  readonly faults: Faults;
  readonly log: Logger;
}

const id = z
  .string()
  .regex(/^\d{1,9}$/, "must be a number")
  .transform(Number);
const withId = z.object({ id });
const listQuery = z.object({
  category: z.string().max(20).optional(),
  limit: id.pipe(z.int().min(1).max(50)).default(20),
  /** Dishes after this one: `next` of the page before. */
  after: id.default(0),
});
const idsQuery = z.object({
  ids: z
    .string()
    .max(500)
    .transform((text) => text.split(","))
    .pipe(z.array(id).max(50)),
});

export function createApp({ menu, health, faults, log }: Parts): Express {
  const app = express();
  app.disable("x-powered-by");
  app.use(health.routes, faults.routes, faults.inject);

  /** A page of dishes, `?category=&limit=&after=`, or those with certain ids, `?ids=1,2`. */
  app.get("/dishes", async (request, response) => {
    if (request.query["ids"] === undefined) response.json(await menu.list(listQuery.parse(request.query)));
    else response.json({ dishes: await menu.some(idsQuery.parse(request.query).ids) });
  });

  app.get("/dishes/:id", async (request, response) => {
    const [dish] = await menu.some([withId.parse(request.params).id]);
    if (dish === undefined) throw new Problem(404, `there is no dish ${request.params.id}`);
    response.json(dish);
  });

  app.use(noSuchPath, answerProblems(log));
  return app;
}
