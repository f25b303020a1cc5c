import { request } from "node:http";
import { z } from "zod";
import { joinHostPort } from "../../model/ip.ts";

/** One series of an answer. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Where a Prometheus server answers. Host and port come from the inventory and from nowhere else. */
export interface Server {
  readonly address: string;
  readonly port: number;
}

const timeoutMs = 5_000;
/** Some 20,000 series. */
const maxBytes = 8 * 1024 * 1024;

const answered = z.object({
  status: z.literal("success"),
  data: z.object({
    resultType: z.literal("vector"),
    result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) })),
  }),
});

/**
 * The value of an expression now, by Prometheus' HTTP API. Bounded in time and size, and follows no redirect, so that
 * a server can send us nowhere else. Rejects with the reason.
 */
export async function ask({ address, port }: Server, expr: string): Promise<readonly Sample[]> {
  const body = await get({ address, port }, `/api/v1/query?${new URLSearchParams({ query: expr })}`);
  const { data } = answered.parse(JSON.parse(body));
  return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
}

function get({ address, port }: Server, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const headers = { accept: "application/json", host: joinHostPort(address, port) };
    const asked = request({ host: address, port, path, headers, signal, agent: false }, (answer) => {
      if (answer.statusCode !== 200) {
        answer.destroy();
        reject(new Error(`it answered ${answer.statusCode}`));
        return;
      }
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxBytes) answer.destroy(new Error(`its answer is larger than ${maxBytes} bytes`));
        else chunks.push(chunk);
      });
      answer.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
      answer.on("error", reject);
    });
    asked.on("error", (error) =>
      reject(signal.aborted ? new Error(`it did not answer within ${timeoutMs / 1000} s`) : error),
    );
    asked.end();
  });
}
