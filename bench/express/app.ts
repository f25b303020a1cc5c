import express from "express";

/** A small JSON service, as every framework's benchmark has it; `VARIANT` says what observes it. */
const app = express();
if (process.env["VARIANT"] === "standard") {
  const { middlewares } = await import("./standard-middlewares.ts");
  for (const each of middlewares()) app.use(each);
}
const users = express.Router();
users.get("/:id", (request, response) => {
  response.json({ id: request.params.id, name: "Lin", dishes: ["mapo tofu", "baozi"], paid: true });
});
app.use("/users", users);

const server = app.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.({ port: typeof address === "object" ? address?.port : undefined });
});

/** Asked for its CPU time so far, it tells. */
process.on("message", () => process.send?.({ cpuUs: process.cpuUsage() }));
