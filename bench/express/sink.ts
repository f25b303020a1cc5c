import { createServer } from "node:http";

/** Takes spans like a collector, and forgets them. */
const server = createServer((request, response) => {
  request.resume();
  request.once("end", () => response.setHeader("content-type", "application/json").end("{}"));
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.({ port: typeof address === "object" ? address?.port : undefined });
});
