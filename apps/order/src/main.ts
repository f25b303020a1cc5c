import { createFaults } from "@stackwright/sample-faults";
import { createHealth, createUpstream, listening, readSettings, serve } from "@stackwright/sample-service";
import { meter } from "@stackwright/telemetry";
import { pino } from "pino";
import { z } from "zod";
import { createApp } from "./app.ts";
import { openMysqlStore } from "./mysql-store.ts";
import { createOrdering } from "./ordering.ts";
import { createPrices } from "./prices.ts";
import { openSqliteStore } from "./sqlite-store.ts";

const settings = readSettings({
  ...listening(3002),
  UPSTREAM_MENU: z
    .url({ protocol: /^https?$/, error: "must be like http://127.0.0.1:3001" })
    .default("http://127.0.0.1:3001"),
  /** Without it orders are kept in memory, the last 100,000 of them. */
  MYSQL_URL: z
    .url({ protocol: /^mysql$/, error: "must be like mysql://user:password@127.0.0.1:3306/database" })
    .optional(),
});

const log = pino();
const faults = createFaults({ log });
const store =
  settings.MYSQL_URL === undefined
    ? openSqliteStore({ queryDelayMs: faults.queryDelayMs })
    : openMysqlStore({ url: settings.MYSQL_URL, queryDelayMs: faults.queryDelayMs });
const menu = createUpstream({ name: "menu", url: settings.UPSTREAM_MENU, timeoutMs: 1000 });
const ordering = createOrdering({
  store,
  prices: createPrices(menu),
  placed: meter.counter({
    name: "order_placed_total",
    help: "Orders by what came of them: created, or repeated with a key that was used before.",
    labels: ["result"],
  }),
  amount: meter.counter({ name: "order_amount_yuan_total", help: "Sum of all created orders in yuan." }),
});
const health = createHealth([
  { name: "store", required: true, run: () => store.ping() },
  // Without it nothing can be ordered, but orders can still be shown.
  { name: "menu", required: false, run: (signal) => menu.call("/livez", { signal }) },
]);

await serve({
  app: createApp({ ordering, health, faults, log }),
  health,
  log,
  settings,
  close: () => store.close(),
});
