import { request } from "node:http";
import { text } from "node:stream/consumers";
import { z } from "zod";

/** What an HTTP server answered to a machine; status 0 where there was no answer. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** A request that a machine received. */
export interface Received {
  readonly at: number;
  readonly path: string;
  readonly body: string;
}

/** Where a machine takes requests and keeps them; with a key and a certificate (paths of this machine) it speaks TLS. */
export interface Sink {
  readonly host: string;
  readonly port: number;
  readonly key?: string;
  readonly certificate?: string;
}

/** How something is asked: GET unless said, `type` is the body's content type, JSON unless said. */
export interface Question {
  readonly method?: string;
  readonly body?: string;
  readonly type?: string;
}

const answers = z.object({ status: z.number(), text: z.string() });
const requests = z.array(z.object({ at: z.number(), path: z.string(), body: z.string() }));

/** Has the agent behind a socket ask an HTTP server. */
export async function askThrough(socket: string, url: string, question: Question): Promise<Answer> {
  const { method = "GET", body, type } = question;
  return answers.parse(JSON.parse(await overSocket(socket, "/", JSON.stringify({ url, method, body, type }))));
}

/** The requests that the agent behind a socket has received. */
export async function receivedBy(socket: string): Promise<readonly Received[]> {
  return requests.parse(JSON.parse(await overSocket(socket, "/received")));
}

function overSocket(socketPath: string, path: string, body = ""): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, path, method: "POST" }, (answer) => text(answer).then(resolve, reject));
    sent.setTimeout(15_000, () => sent.destroy(new Error(`no answer over ${socketPath}`)));
    sent.on("error", reject).end(body);
  });
}
