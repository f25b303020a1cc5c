import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { OtlpTarget } from "./otlp-target.ts";

export interface OtlpRequest {
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface OtlpAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: Buffer;
}

/** One connection that is kept open. */
export interface OtlpConnection {
  /** Sends by POST; rejects with an error of the network, of TLS or of time. */
  post(request: OtlpRequest): Promise<OtlpAnswer>;
  close(): void;
}

/** What is read of an answer; more than that is nothing that OTLP would say. */
const longestAnswer = 64 * 1024;

export function connectOtlp(target: OtlpTarget): OtlpConnection {
  const secure = target.url.protocol === "https:";
  const agent = secure
    ? new HttpsAgent({ keepAlive: true, maxSockets: 1, ...target.tls })
    : new HttpAgent({ keepAlive: true, maxSockets: 1 });
  const send = secure ? httpsRequest : httpRequest;
  const post = (sent: OtlpRequest, mayBeStale: boolean): Promise<OtlpAnswer> =>
    new Promise((resolve, reject) => {
      const headers = { ...sent.headers, ...target.headers, "content-length": String(sent.body.length) };
      const request = send(target.url, { method: "POST", agent, headers, signal: sent.signal });
      const late = setTimeout(() => request.destroy(new Error("timeout")), sent.timeoutMs);
      request.once("close", () => clearTimeout(late));
      request.once("error", (error) => {
        // The receiver may close an idle connection in the very moment in which it is used again.
        if (mayBeStale && request.reusedSocket && codeOf(error) === "ECONNRESET") resolve(post(sent, false));
        else reject(error);
      });
      request.once("response", (response) => {
        readBody(response).then(
          (body) => resolve({ status: response.statusCode ?? 0, retryAfter: response.headers["retry-after"], body }),
          reject,
        );
      });
      request.end(sent.body);
    });
  return { post: (sent) => post(sent, true), close: () => agent.destroy() };
}

/** Node's code for what went wrong, or `timeout`; never a message, which could show an address. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  if ("code" in error && typeof error.code === "string") return error.code === "ABORT_ERR" ? "timeout" : error.code;
  return error.message === "timeout" ? "timeout" : error.name;
}

async function readBody(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) continue;
    length += chunk.length;
    if (length > longestAnswer) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
