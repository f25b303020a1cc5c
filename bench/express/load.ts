import { connect, type Socket } from "node:net";

export interface Load {
  readonly requestsPerSecond: number;
  readonly p99Ms: number;
  readonly requests: number;
}

const connections = 32;
const request = (id: number): string =>
  `GET /users/${id} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\nAccept: application/json\r\n\r\n`;
const end = "\r\n\r\n";

/** As many requests as the server answers, each connection waiting for its answer before it asks again. */
export async function load(port: number, seconds: number): Promise<Load> {
  const latencies: number[] = [];
  const started = performance.now();
  const until = started + seconds * 1_000;
  await Promise.all(Array.from({ length: connections }, (_, place) => ask(port, place, { until, latencies })));
  const tookMs = performance.now() - started;
  latencies.sort((a, b) => a - b);
  return {
    requests: latencies.length,
    requestsPerSecond: (latencies.length * 1_000) / tookMs,
    p99Ms: latencies[Math.floor(latencies.length * 0.99)] ?? Number.NaN,
  };
}

function ask(port: number, place: number, { until, latencies }: { until: number; latencies: number[] }): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, "127.0.0.1");
    let asked = 0;
    let id = place;
    let seen = "";
    const next = (): void => {
      asked = performance.now();
      id = (id + connections) % 1_000;
      socket.write(request(id));
    };
    socket.setNoDelay(true).setEncoding("latin1");
    socket.once("connect", next).once("error", reject);
    socket.on("data", (text: string) => {
      seen += text;
      if (!isComplete(seen)) return;
      if (!seen.startsWith("HTTP/1.1 200 ")) reject(new Error(`answered ${seen.slice(0, 40)}`));
      seen = "";
      const now = performance.now();
      latencies.push(now - asked);
      if (now < until) next();
      else socket.end(resolve);
    });
  });
}

function isComplete(answer: string): boolean {
  const head = answer.indexOf(end);
  const length = /\r\ncontent-length: (\d+)/i.exec(answer)?.[1];
  return head >= 0 && length !== undefined && answer.length >= head + end.length + Number(length);
}
