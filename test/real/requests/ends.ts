import { logger } from "@stackwright/telemetry";
import { pino } from "pino";

/** Logs a lot and ends at once, in the way that `WAY` says. */
const loggers = [logger(), pino()];
for (let line = 0; line < 500; line++) loggers[line % 2]?.info({ line }, "x".repeat(200));
if (process.env["WAY"] === "throw") throw new Error("as asked");
if (process.env["WAY"] === "exit") process.exit(7);
if (process.env["WAY"] === "signal") setTimeout(() => process.kill(process.pid, "SIGTERM"), 1);
