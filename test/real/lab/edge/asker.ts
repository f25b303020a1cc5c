import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { end } from "../place.ts";

/** One request of the client: when it began and ended, what came back (0: nothing in half a second), and through whom. */
export interface Asked {
  readonly start: number;
  readonly end: number;
  readonly status: number;
  /** Address of the balancer as the application saw it. */
  readonly from?: string | undefined;
  /** Name of the application that answered. */
  readonly app?: string | undefined;
}

/** A client that asks again and again until it is stopped. */
export interface Asker {
  /** Everything so far, in the order in which it ended. */
  readonly all: () => readonly Asked[];
  readonly stop: () => Promise<void>;
}

const asked = z.object({
  start: z.number(),
  end: z.number(),
  status: z.number(),
  from: z.string().optional(),
  app: z.string().optional(),
});

/** Now, on the clock of the client's times. */
export function nowMs(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}

/** Starts a client in a namespace; it asks `http://ADDRESS:PORT/` for a host name. */
export function startAsking(
  namespace: string,
  { address, port, host, everyMs = 10 }: { address: string; port: number; host: string; everyMs?: number },
): Asker {
  const script = fileURLToPath(new URL("client.ts", import.meta.url));
  const child = spawn(
    "setpriv",
    [
      ..."--pdeathsig KILL ip netns exec".split(" "),
      ...[namespace, process.execPath, script, address, String(port), host, String(everyMs)],
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const all: Asked[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => all.push(asked.parse(JSON.parse(line))));
  return { all: () => all, stop: () => end(child, 2_000) };
}
