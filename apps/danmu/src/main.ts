import { createFaults } from "@stackwright/sample-faults";
import { createHealth, listening, readSettings, serve } from "@stackwright/sample-service";
import { meter } from "@stackwright/telemetry";
import { pino } from "pino";
import { createApp } from "./app.ts";
import { acceptClients } from "./clients.ts";
import { createMetrics } from "./metrics.ts";
import { createRooms } from "./rooms.ts";

const settings = readSettings(listening(3003));
const log = pino();
const faults = createFaults({ log });
const metrics = createMetrics(meter);
const rooms = createRooms({ metrics });
const clients = acceptClients({ rooms, metrics, log });
const health = createHealth([]);

await serve({
  app: createApp({ rooms, metrics, health, faults, log }),
  health,
  log,
  settings,
  attach: clients.attach,
  stop: clients.stop,
});
