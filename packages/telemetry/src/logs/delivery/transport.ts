import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { type Exchange, exchange } from "./exchange.ts";
import type { DeliveryLimits } from "./options.ts";
import { wantedOfReply } from "./reply.ts";
import type { Secrets } from "./secrets.ts";

/** Speaks to the bulk interface of each address over connections that are kept open. */
export interface Transport {
  /** Never rejects; `unready` where a secret file cannot be read, in words. */
  post(url: URL, body: Uint8Array, signal: AbortSignal): Promise<Exchange | Unready>;
  close(): void;
}

export interface Unready {
  readonly kind: "unready";
  readonly reason: string;
}

export function createTransport({
  dataStream,
  limits,
  secrets,
}: {
  readonly dataStream: string;
  readonly limits: DeliveryLimits;
  readonly secrets: Secrets;
}): Transport {
  const plain = new HttpAgent({ keepAlive: true });
  const tls = createTlsAgents(secrets);
  return {
    async post(url, body, signal) {
      let agent: HttpAgent | HttpsAgent;
      const headers: Record<string, string> = {
        // Not with a version: a server of another major version refuses that.
        "content-type": "application/x-ndjson",
        "content-length": String(body.length),
        accept: "application/json",
        "user-agent": "stackwright-telemetry",
      };
      try {
        agent = url.protocol === "https:" ? tls.current() : plain;
        const authorization = secrets.authorization();
        if (authorization !== undefined) headers["authorization"] = authorization;
      } catch (error) {
        return { kind: "unready", reason: error instanceof Error ? error.message : "a file cannot be read" };
      }
      const { connectTimeoutMs, requestTimeoutMs } = limits;
      return exchange({
        url: bulkUrl(url, dataStream),
        agent,
        headers,
        body,
        connectTimeoutMs,
        requestTimeoutMs,
        signal,
      });
    },
    close() {
      plain.destroy();
      tls.close();
    },
  };
}

function bulkUrl(base: URL, dataStream: string): URL {
  const url = new URL(base);
  // Credentials have files of their own; from an address they would get into messages.
  url.username = "";
  url.password = "";
  url.pathname = `${base.pathname.replace(/\/$/, "")}/${encodeURIComponent(dataStream)}/_bulk`;
  url.search = `filter_path=${wantedOfReply}`;
  return url;
}

/** An agent holds the certificate authority it was made with, so another authority means another agent. */
function createTlsAgents(secrets: Secrets): { current(): HttpsAgent; close(): void } {
  let authority: string | undefined;
  let agent: HttpsAgent | undefined;
  return {
    current() {
      const found = secrets.authority();
      if (agent === undefined || found !== authority) {
        agent?.destroy();
        authority = found;
        agent = new HttpsAgent(found === undefined ? { keepAlive: true } : { keepAlive: true, ca: found });
      }
      return agent;
    },
    close: () => agent?.destroy(),
  };
}
