const express = require("express");
const pino = require("pino");
const { destination, pino: named } = require("pino");
const { WebSocketServer } = require("ws");

const loggers = [pino(), named({ name: "named" }), pino.pino(), pino.default(), named()].map((each) =>
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

const server = app.listen(Number(process.env.PORT ?? 0), "127.0.0.1", () => {
  console.log(`listening ${server.address().port}`);
});
new WebSocketServer({ server, path: "/danmu" }).on("connection", (socket) => {
  socket.on("message", (message) => {
    loggers[0].info("comment");
    socket.send(message);
  });
});
process.once("SIGTERM", () => {
  server.close();
  server.closeAllConnections();
});
