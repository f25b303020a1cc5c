import { STATUS_CODES } from "node:http";
import type { ErrorRequestHandler, RequestHandler, Response } from "express";
import type { Logger } from "pino";
import { ZodError } from "zod";

/** An error that the caller is told about, as RFC 9457 has it. What else is thrown is a plain 500. */
export class Problem extends Error {
  override readonly name = "Problem";
  /** HTTP status, 400 to 599. */
  readonly status: number;
  /** Further members of the answer. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(status: number, detail: string, { cause, ...members }: Readonly<Record<string, unknown>> = {}) {
    super(detail, cause === undefined ? {} : { cause });
    this.status = status;
    this.members = members;
  }
}

/** The last handler but one: no route took the request. */
export const noSuchPath: RequestHandler = (request) => {
  throw new Problem(404, `there is no ${request.method} ${request.path} here`);
};

/** The last handler: whatever was thrown becomes an answer, and is logged where it is ours or an upstream's fault. */
export function answerProblems(log: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response: Response, _next) => {
    const problem = problemOf(error);
    if (problem.status >= 500) log.error({ err: error, status: problem.status }, "request failed");
    // Half an answer is already out: the only honest thing left is to break it off.
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response
      .status(problem.status)
      .type("application/problem+json")
      .send(
        JSON.stringify({
          ...problem.members,
          title: STATUS_CODES[problem.status] ?? "Error",
          status: problem.status,
          detail: problem.message,
        }),
      );
  };
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof ZodError) {
    const errors = error.issues.map(({ path, message }) => ({ field: path.join("."), message }));
    return new Problem(400, "the request is not valid", { errors });
  }
  // Express and its body parser throw errors with a status, and say whether their message may be shown.
  if (error instanceof Error && "status" in error && typeof error.status === "number") {
    const { status } = error;
    if (status >= 400 && status < 500) return new Problem(status, error.message);
  }
  return new Problem(500, "something went wrong here; the log has the reason");
}
