// An application of the lab: `node backend.ts NAME ADDRESS PORT`. It says who answers and which host asked, so that a test
// knows which balancer a request went through.
import { createServer } from "node:http";

const [name = "", address = "", port = ""] = process.argv.slice(2);
createServer((request, answer) => {
  request.resume();
  answer.setHeader("content-type", "application/json");
  answer.end(`${JSON.stringify({ app: name, from: request.socket.remoteAddress, method: request.method })}\n`);
}).listen(Number(port), address);
