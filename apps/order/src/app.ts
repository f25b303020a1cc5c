import type { Faults } from "@stackwright/sample-faults";
import { answerProblems, type Health, jsonBody, noSuchPath, Problem } from "@stackwright/sample-service";
import express, { type Express } from "express";
import type { Logger } from "pino";
import { z } from "zod";
import { linesSchema } from "./order.ts";
import type { Ordering } from "./ordering.ts";

interface Parts {
  readonly ordering: Ordering;
  readonly health: Health;
  readonly faults: Faults;
  readonly log: Logger;
}

const placing = z.strictObject({ lines: linesSchema });
const withKey = z.object({
  "idempotency-key": z
    .string({ error: "this header is needed: a new UUID for each order, the same one for its repetitions" })
    .regex(/^[!-~]{8,64}$/, "8 to 64 characters without spaces"),
});
const withId = z.object({ id: z.uuid("must be a UUID") });

export function createApp({ ordering, health, faults, log }: Parts): Express {
  const app = express();
  app.disable("x-powered-by");
  app.use(health.routes, faults.routes, faults.inject);

  /** 201 with the order; with a key that was used before 200 and the order of then. */
  app.post("/orders", jsonBody("16kb"), async (request, response) => {
    const { "idempotency-key": idempotencyKey } = withKey.parse(request.headers);
    const { lines } = placing.parse(request.body);
    const { order, created } = await ordering.place({ lines, idempotencyKey });
    if (created) log.info({ order: order.id, totalFen: order.totalFen }, "order placed");
    response
      .status(created ? 201 : 200)
      .location(`/orders/${order.id}`)
      .json(order);
  });

  app.get("/orders/:id", async (request, response) => {
    const order = await ordering.find(withId.parse(request.params).id);
    if (order === undefined) throw new Problem(404, "there is no such order");
    response.json(order);
  });

  app.use(noSuchPath, answerProblems(log));
  return app;
}
