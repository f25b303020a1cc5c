import { json, type RequestHandler } from "express";
import { Problem } from "./problem.ts";

/** Reads a JSON body of at most `limit`, such as `16kb`. What is not JSON is 415, what is larger 413. */
export function jsonBody(limit: string): RequestHandler {
  const read = json({ limit });
  return (request, response, next) => {
    read(request, response, (error: unknown) => {
      if (error === undefined && request.body === undefined)
        next(new Problem(415, "send JSON, with the header content-type: application/json"));
      else next(error);
    });
  };
}
