import { createServer, IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";

/** A million requests, each to another address and every third by a method that nobody knows; only the sockets are missing. */
const server = createServer((_, response) => {
  response.statusCode = 404;
});
const socket = new Socket();
const answered = (place: number): void => {
  const message = new IncomingMessage(socket);
  message.method = place % 3 === 0 ? `M${place}` : "GET";
  message.url = `/scan/${place}?id=${place}`;
  message.headers = { host: `host-${place}`, "user-agent": `agent-${place}` };
  const response = new ServerResponse(message);
  server.emit("request", message, response);
  response.emit("close");
};
for (let place = 0; place < 100_000; place++) answered(place);
globalThis.gc?.();
const before = process.memoryUsage().heapUsed;
for (let place = 100_000; place < 1_000_000; place++) {
  answered(place);
  // The exporter and the writer of stdout get their turns.
  if (place % 1_000 === 0) await new Promise((resolve) => setImmediate(resolve));
}
globalThis.gc?.();
console.log(`grown ${process.memoryUsage().heapUsed - before}`);
const page = await (await fetch(`http://127.0.0.1:${process.env["TELEMETRY_METRICS_PORT"]}/metrics`)).text();
for (const line of page.split("\n"))
  if (line.startsWith("http_server_request_duration_seconds_count")) console.log(`count ${line}`);
process.exit(0);
