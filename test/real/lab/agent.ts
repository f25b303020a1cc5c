// Runs inside the network namespace of a lab's machine and answers the test over a unix socket, which namespaces of the
// network do not part. `node agent.ts SOCKET SINKS`, SINKS a JSON list of { host, port, key?, certificate? }.
import { readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { text } from "node:stream/consumers";
import { z } from "zod";

const sinks = z.array(
  z.object({
    host: z.string(),
    port: z.number(),
    key: z.string().optional(),
    certificate: z.string().optional(),
  }),
);
const question = z.object({
  url: z.string(),
  method: z.string(),
  body: z.string().optional(),
  type: z.string().optional(),
});

const [socket = "", listening = "[]"] = process.argv.slice(2);
const received: { readonly at: number; readonly path: string; readonly body: string }[] = [];

const take: RequestListener = (request, answer) => {
  void text(request).then((body) => {
    received.push({ at: Date.now(), path: request.url ?? "", body });
    answer.writeHead(200).end();
  });
};

for (const { host, port, key, certificate } of sinks.parse(JSON.parse(listening))) {
  const tls = key !== undefined && certificate !== undefined;
  const server = tls
    ? createTlsServer({ key: readFileSync(key), cert: readFileSync(certificate) }, take)
    : createServer(take);
  server.listen(port, host);
}

createServer((request, answer) => {
  if (request.url === "/received") {
    answer.end(JSON.stringify(received));
    return;
  }
  void text(request)
    .then(async (asked) => {
      const { url, method, body, type } = question.parse(JSON.parse(asked));
      const reply = await fetch(url, {
        method,
        signal: AbortSignal.timeout(5_000),
        ...(body === undefined ? {} : { body, headers: { "content-type": type ?? "application/json" } }),
      });
      answer.end(JSON.stringify({ status: reply.status, text: await reply.text() }));
    })
    .catch((error: unknown) => answer.end(JSON.stringify({ status: 0, text: String(error) })));
}).listen(socket);
