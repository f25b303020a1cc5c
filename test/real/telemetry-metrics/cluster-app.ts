// An application with three workers behind one port; started with the preload, which every worker gets as well.
// A worker answers /count, /block and /end; the primary says on stdout which process listens, and which has ended.
import cluster from "node:cluster";
import { createServer } from "node:http";
import { meter } from "@stackwright/telemetry";

const port = Number(process.env["PORT"]);
const served = meter.counter({ name: "served_total", help: "Requests served.", labels: ["way"] });
const workers = meter.gauge({ name: "workers_running", help: "Processes of the application." });

workers.set(1);
if (cluster.isPrimary) {
  for (let number = 0; number < 3; number++) cluster.fork();
  cluster.on("listening", ({ process: { pid } }) => process.stdout.write(`listening ${pid}\n`));
  cluster.on("exit", ({ process: { pid } }) => process.stdout.write(`ended ${pid}\n`));
} else
  createServer(({ url }, response) => {
    served.add({ way: "any" });
    response.setHeader("connection", "close");
    response.end(String(process.pid));
    if (url === "/end") response.once("finish", () => process.exit(0));
    if (url === "/block") response.once("close", () => holdFor(4_000));
  }).listen(port, "127.0.0.1");

/** Nothing else happens in this process meanwhile. */
function holdFor(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
