import type { Faults } from "@stackwright/sample-faults";
import { answerProblems, type Health, jsonBody, noSuchPath } from "@stackwright/sample-service";
import express, { type Express } from "express";
import type { Logger } from "pino";
import { z } from "zod";
import { roomName, sayingSchema } from "./message.ts";
import type { Metrics } from "./metrics.ts";
import type { Rooms } from "./rooms.ts";

interface Parts {
  readonly rooms: Rooms;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly faults: Faults;
  readonly log: Logger;
}

const withRoom = z.object({ room: roomName });

export function createApp({ rooms, metrics, health, faults, log }: Parts): Express {
  const app = express();
  app.disable("x-powered-by");
  app.use(health.routes, faults.routes, faults.inject);

  app.get("/danmu/:room", (request, response) => {
    response.json({ messages: rooms.history(withRoom.parse(request.params).room) });
  });

  app.post("/danmu/:room", jsonBody("2kb"), (request, response) => {
    const room = withRoom.parse(request.params).room;
    const { text } = sayingSchema.parse(request.body);
    const message = rooms.say(room, text);
    metrics.messagesPosted.inc();
    response.status(201).json(message);
  });

  app.use(noSuchPath, answerProblems(log));
  return app;
}
