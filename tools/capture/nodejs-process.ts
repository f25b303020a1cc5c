// A Node.js process as an application is one: it listens, works, and shows prom-client's default metrics.
import { openSync, read } from "node:fs";
import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { collectDefaultMetrics, register } from "prom-client";

const port = Number(process.argv[2]);
collectDefaultMetrics();

// Garbage of every age, so that each kind of collection has happened and pending work is there to be counted.
const kept: string[][] = [];
for (let round = 0; round < 50; round++) kept[round % 5] = Array.from({ length: 20_000 }, (_, n) => `${round} ${n}`);
void pause(3_600_000);

const slow = openSync("/dev/urandom", "r");

createServer((_request, response) => {
  // A request to the system that is still under way while the metrics are read.
  read(slow, Buffer.alloc(64 << 20), 0, 64 << 20, null, () => undefined);
  void register.metrics().then((text) => response.setHeader("content-type", register.contentType).end(text));
}).listen(port, "127.0.0.1");
