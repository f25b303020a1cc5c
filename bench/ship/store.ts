import { createServer } from "node:http";

/**
 * A store that takes whatever it gets, so that the sender is what is measured. It counts records, and answers as
 * Elasticsearch does: at length, or with the wanted parts only. Tells when as many have arrived as it was told to expect.
 */
const newline = 0x0a;
const whole = `{"create":{"_index":".ds-logs-bench-2026.11.21-000001","_id":"0mwqrggub50aeda9756-rr","_version":1,"result":"created","_shards":{"total":1,"successful":1,"failed":0},"_seq_no":12345,"_primary_term":1,"status":201}}`;
const wanted = '{"create":{"status":201}}';
let records = 0;
let expected = Number.POSITIVE_INFINITY;

const server = createServer((request, response) => {
  let lines = 0;
  request.on("data", (piece: Buffer) => {
    for (let at = piece.indexOf(newline); at >= 0; at = piece.indexOf(newline, at + 1)) lines += 1;
  });
  request.once("end", () => {
    const count = lines / 2;
    const item = request.url?.includes("filter_path") === true ? wanted : whole;
    response.setHeader("x-elastic-product", "Elasticsearch");
    response.setHeader("content-type", "application/vnd.elasticsearch+json;compatible-with=8");
    response.end(`{"errors":false,"took":1,"items":[${Array(count).fill(item).join(",")}]}`);
    records += count;
    if (records < expected) return;
    expected = Number.POSITIVE_INFINITY;
    process.send?.({ arrived: Date.now(), records });
  });
});
server.listen(0, "127.0.0.1", () => process.send?.({ port: portOf(server.address()) }));

process.on("message", (message) => {
  if (typeof message === "number") {
    records = 0;
    expected = message;
    process.send?.({ ready: true });
  } else process.exit();
});

function portOf(address: ReturnType<typeof server.address>): number {
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
