import express from "express";
import * as all from "pino";
import standard, { destination, pino } from "pino";
import { WebSocketServer } from "ws";

/** Every way to get at pino, and one logger with a destination of its own: stderr. */
const loggers = [standard(), pino({ name: "named" }), standard.pino(), all.default(), all.pino()].map((each) =>
  each.child({ child: true }),
);
const own = pino(destination({ dest: 2, sync: true }));

const app = express();
const users = express.Router();
users.get("/:id", async (request, response) => {
  await new Promise((resolve) => setTimeout(resolve, 1));
  for (const [place, logger] of loggers.entries()) logger.info({ place, token: "geheim" }, "user shown");
  own.info("to stderr");
  response.json({ id: request.params.id });
});
users.get("/:id/fail", async () => {
  throw new TypeError("as asked");
});
app.use("/users", users);

const server = app.listen(Number(process.env["PORT"] ?? 0), "127.0.0.1", () => {
  const address = server.address();
  console.log(`listening ${typeof address === "object" ? address?.port : ""}`);
});
new WebSocketServer({ server, path: "/danmu" }).on("connection", (socket) => {
  socket.on("message", (message) => {
    loggers[0]?.info("comment");
    socket.send(message);
  });
});
process.once("SIGTERM", () => {
  server.close();
  server.closeAllConnections();
});
