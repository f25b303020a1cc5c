// A client of the lab: it asks over a new connection each time and writes one line an answer: { start, end, status, from, app },
// times in ms of the monotonic clock, which all processes of a machine share. `node client.ts ADDRESS PORT HOST EVERY_MS`
// asks until it is ended; a request that takes longer than half a second has failed (status 0).
import { connect } from "node:net";

const [address = "", port = "", host = "", everyMs = "10"] = process.argv.slice(2);
const patienceMs = 500;
const now = (): number => Number(process.hrtime.bigint() / 1000n) / 1000;

function ask(): void {
  const start = now();
  let text = "";
  let isDone = false;
  const socket = connect({ host: address, port: Number(port) });
  const done = (): void => {
    if (isDone) return;
    isDone = true;
    clearTimeout(timer);
    socket.destroy();
    const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? 0);
    const from = /"from":"(?:::ffff:)?([^"]+)"/.exec(text)?.[1];
    const app = /"app":"([^"]+)"/.exec(text)?.[1];
    // What is not an application's answer came from somebody else.
    const isWhole = status !== 200 || (from !== undefined && app !== undefined);
    process.stdout.write(`${JSON.stringify({ start, end: now(), status: isWhole ? status : 0, from, app })}\n`);
  };
  const fail = (): void => {
    text = "";
    done();
  };
  const timer = setTimeout(fail, patienceMs);
  socket
    .on("error", fail)
    .on("end", done)
    .on("data", (data) => {
      text += String(data);
    });
  socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
}

setInterval(ask, Number(everyMs));
