import { createFaults } from "@stackwright/sample-faults";
import { createHealth, createUpstream, listening, readSettings, serve } from "@stackwright/sample-service";
import { pino } from "pino";
import { z } from "zod";
import { createApp } from "./app.ts";
import { createLive } from "./live.ts";

const url = z.url({ protocol: /^https?$/, error: "must be like http://127.0.0.1:3001" });
const settings = readSettings({
  ...listening(3000),
  UPSTREAM_MENU: url.default("http://127.0.0.1:3001"),
  UPSTREAM_ORDER: url.default("http://127.0.0.1:3002"),
  UPSTREAM_DANMU: url.default("http://127.0.0.1:3003"),
});

const log = pino();
const faults = createFaults({ log });
const upstreams = {
  menu: createUpstream({ name: "menu", url: settings.UPSTREAM_MENU, timeoutMs: 1500 }),
  // It asks the menu in turn, so it gets longer than the menu gets from it.
  order: createUpstream({ name: "order", url: settings.UPSTREAM_ORDER, timeoutMs: 3000 }),
  danmu: createUpstream({ name: "danmu", url: settings.UPSTREAM_DANMU, timeoutMs: 1000 }),
};
const live = createLive({ url: settings.UPSTREAM_DANMU, log });
const health = createHealth(
  // What needs one of them fails without it; the rest goes on, so none of them makes a balancer turn away.
  Object.values(upstreams).map(({ name, call }) => ({
    name,
    required: false,
    run: (signal) => call("/livez", { signal }),
  })),
);

await serve({
  app: createApp({ upstreams, health, faults, log }),
  health,
  log,
  settings,
  attach: live.attach,
  stop: live.stop,
});
