import { z } from "zod";

/** What somebody says. Control characters have no place on a screen. */
export const sayingSchema = z.strictObject({
  text: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .regex(/^\P{Cc}*$/u, "must not have control characters"),
});

export const roomName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "a room is 1 to 40 of a-z, 0-9 and -");

/** A comment as everybody in the room gets it. */
export interface Message {
  /** Rises by one within a room; a gap tells a client that it missed some. */
  readonly number: number;
  readonly text: string;
  /** ISO 8601. */
  readonly at: string;
}
