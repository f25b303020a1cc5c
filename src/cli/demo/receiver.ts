import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { z } from "zod";

const payload = z.object({
  status: z.string(),
  alerts: z.array(z.object({ status: z.string(), labels: z.record(z.string(), z.string()) })),
});

/** An alert that arrived. */
export interface Told {
  readonly at: Date;
  readonly path: string;
  readonly status: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Stands for whoever is called at night: takes what Alertmanager's webhooks send, and shows the last of it. */
export interface Receiver {
  readonly told: () => readonly Told[];
  readonly end: () => void;
}

const most = 100;

/** Listens on loopback. Rejects where the port is taken. */
export async function startReceiver(port: number): Promise<Receiver> {
  let told: readonly Told[] = [];
  const server = createServer((request, response) => {
    if (request.method !== "POST") {
      response.setHeader("content-type", "application/json");
      response.end(`${JSON.stringify(told, undefined, 2)}\n`);
      return;
    }
    text(request)
      .then((body) => {
        const { alerts } = payload.parse(JSON.parse(body));
        const path = request.url ?? "/";
        told = [...told, ...alerts.map(({ status, labels }) => ({ at: new Date(), path, status, labels }))].slice(
          -most,
        );
        response.end("ok\n");
      })
      .catch(() => {
        response.statusCode = 400;
        response.end("that is no notification of Alertmanager\n");
      });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    told: () => told,
    end: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
