import { randomUUID } from "node:crypto";
import type { Faults } from "@stackwright/sample-faults";
import { answerProblems, type Health, jsonBody, noSuchPath, type Upstream } from "@stackwright/sample-service";
import express, { type Express, type Request } from "express";
import type { Logger } from "pino";
import { z } from "zod";
import { homePage } from "./home.ts";

interface Parts {
  readonly upstreams: { readonly menu: Upstream; readonly order: Upstream; readonly danmu: Upstream };
  readonly health: Health;
  readonly faults: Faults;
  readonly log: Logger;
}

/** One part of a path, so that nobody reaches another path of an upstream. What it means is the upstream's to judge. */
const segment = z.string().regex(/^[\w-]{1,64}$/, "may have letters, digits, _ and -");
const withId = z.object({ id: segment });
const withRoom = z.object({ room: segment });
const withKey = z.object({
  "idempotency-key": z
    .string()
    .regex(/^[!-~]{8,64}$/, "8 to 64 characters without spaces")
    // With one of ours the call can at least be repeated between us and the service.
    .default(() => randomUUID()),
});

/** The public entry. Only what stands here can be reached from outside. */
export function createApp({ upstreams, health, faults, log }: Parts): Express {
  const { menu, order, danmu } = upstreams;
  const app = express();
  app.disable("x-powered-by");
  app.use(health.routes, faults.routes, faults.inject);

  app.get("/", async (_request, response) => {
    response.json(await homePage({ menu, danmu, log }));
  });

  app.get("/dishes", async (request, response) => {
    response.json((await menu.call(`/dishes${queryOf(request)}`)).body);
  });

  app.get("/dishes/:id", async (request, response) => {
    response.json((await menu.call(`/dishes/${withId.parse(request.params).id}`)).body);
  });

  app.post("/orders", jsonBody("16kb"), async (request, response) => {
    const { "idempotency-key": idempotencyKey } = withKey.parse(request.headers);
    const { status, body } = await order.call("/orders", { method: "POST", body: request.body, idempotencyKey });
    response.status(status).json(body);
  });

  app.get("/orders/:id", async (request, response) => {
    response.json((await order.call(`/orders/${withId.parse(request.params).id}`)).body);
  });

  app.get("/danmu/:room", async (request, response) => {
    response.json((await danmu.call(`/danmu/${withRoom.parse(request.params).room}`)).body);
  });

  app.post("/danmu/:room", jsonBody("2kb"), async (request, response) => {
    const path = `/danmu/${withRoom.parse(request.params).room}`;
    const { status, body } = await danmu.call(path, { method: "POST", body: request.body });
    response.status(status).json(body);
  });

  app.use(noSuchPath, answerProblems(log));
  return app;
}

function queryOf({ originalUrl }: Request): string {
  const start = originalUrl.indexOf("?");
  return start < 0 ? "" : originalUrl.slice(start, start + 512);
}
