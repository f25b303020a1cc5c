import express from "express";

// Ends as soon as it could serve: what is timed is the way there. JavaScript, so that no types have to be stripped.
const app = express();
app.get("/users/:id", (request, response) => {
  response.json({ id: request.params.id });
});
const server = app.listen(0, "127.0.0.1", () => {
  server.close();
  process.exit(0);
});
