import { type Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { type Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { Socket } from "node:net";

export interface Question {
  readonly url: URL;
  readonly agent: HttpAgent | HttpsAgent;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly signal: AbortSignal;
}

export type Exchange =
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly retryAfter: string | undefined;
      readonly body: Buffer;
      /** Whether the whole body has been sent: only then nobody reads from it any more. */
      readonly sent: boolean;
    }
  /** `stale`: a kept connection that the other side had closed; that says nothing about the store. */
  | { readonly kind: "failed"; readonly code: string; readonly stale: boolean };

/** Bytes of an answer; a bulk answer has about 300 for each record. */
const maxAnswerBytes = 64 * 2 ** 20;

/** Posts a body and reads the whole answer. Never rejects. */
export function exchange(question: Question): Promise<Exchange> {
  const { url, agent, headers, body, signal } = question;
  return new Promise((resolve) => {
    const send = url.protocol === "https:" ? httpsRequest : httpRequest;
    const request = send(url, { method: "POST", agent, headers });
    let connecting: NodeJS.Timeout | undefined;
    const whole = setTimeout(() => fail("ETIMEDOUT"), question.requestTimeoutMs);
    const abort = (): void => fail("ABORTED");
    const finish = (result: Exchange): void => {
      clearTimeout(whole);
      clearTimeout(connecting);
      signal.removeEventListener("abort", abort);
      resolve(result);
    };
    const fail = (code: string): void => {
      finish({ kind: "failed", code, stale: request.reusedSocket && isClosed(code) });
      request.destroy();
    };
    request.once("socket", (socket: Socket) => {
      if (!socket.connecting) return;
      connecting = setTimeout(() => fail("ECONNECTTIMEOUT"), question.connectTimeoutMs);
      socket.once(url.protocol === "https:" ? "secureConnect" : "connect", () => clearTimeout(connecting));
    });
    request.on("error", (error) => fail(codeOf(error)));
    request.once("response", (response) =>
      readAnswer(response, (answer) => {
        if (typeof answer === "string") return fail(answer);
        const { statusCode: status = 0, headers: given } = response;
        const sent = request.writableFinished;
        finish({ kind: "answered", status, retryAfter: given["retry-after"], body: answer, sent });
        // An answer before the end of the question: the rest is not wanted.
        if (!sent) request.destroy();
      }),
    );
    signal.addEventListener("abort", abort);
    if (signal.aborted) fail("ABORTED");
    else request.end(body);
  });
}

function readAnswer(response: IncomingMessage, done: (answer: Buffer | string) => void): void {
  const pieces: Buffer[] = [];
  let length = 0;
  response.on("data", (piece: Buffer) => {
    length += piece.length;
    if (length > maxAnswerBytes) done("ANSWERTOOLONG");
    else pieces.push(piece);
  });
  response.once("end", () => done(response.complete ? Buffer.concat(pieces) : "ECONNRESET"));
  response.once("error", (error) => done(codeOf(error)));
}

function isClosed(code: string): boolean {
  return code === "ECONNRESET" || code === "EPIPE";
}

/** A code and never a message: messages of TLS and of parsers may quote what was sent. */
function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
