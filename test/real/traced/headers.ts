import { createServer } from "node:http";

const server = createServer((request, response) => {
  response.end(request.headers["traceparent"] ?? "none");
}).listen(0, "127.0.0.1", () => {
  const address = server.address();
  console.log(`listening ${typeof address === "object" ? address?.port : ""}`);
});
process.once("SIGTERM", () => {
  server.close();
  server.closeAllConnections();
});
