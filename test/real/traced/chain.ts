import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

// A link of a chain of services: the last one fails or is slow where the request asks for it.
const next = process.env["NEXT"];
const server = createServer(async (request, response) => {
  const path = request.url ?? "/";
  if (next !== undefined) {
    const answer = await fetch(next + path);
    await answer.arrayBuffer();
    response.statusCode = answer.status;
  } else if (path.startsWith("/slow")) await sleep(600);
  else if (path.startsWith("/fail")) response.statusCode = 500;
  response.end();
}).listen(0, "127.0.0.1", () => {
  const address = server.address();
  console.log(`listening ${typeof address === "object" ? address?.port : ""}`);
});
process.once("SIGTERM", () => {
  server.close();
  server.closeAllConnections();
});
