// Everything is imported before telemetry starts: the way that instruments almost nothing.
import { createServer } from "node:http";
import { startTelemetry } from "@stackwright/telemetry";
import express from "express";
import mysql from "mysql2/promise";
import { createClient } from "redis";

startTelemetry();

const app = express();
app.get("/hello/:name", (request, response) => {
  response.json({ name: request.params.name, mysql: typeof mysql, redis: typeof createClient });
});
const server = createServer(app).listen(0, "127.0.0.1", () => {
  const address = server.address();
  console.log(`listening ${typeof address === "object" ? address?.port : ""}`);
});
process.once("SIGTERM", () => {
  server.close();
  server.closeAllConnections();
});
