import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { findTool } from "../tools.ts";
import { type Advert, readAdvert } from "./advert.ts";
import { readFrame } from "./frame.ts";
import { CaptureReader, UnreadableCapture } from "./pcap.ts";

/** What was heard on an interface. */
export interface Heard {
  readonly adverts: readonly Advert[];
  /** Packets that looked like VRRP and are no valid advert: broken, or routed here from another network. */
  readonly invalid: number;
  /** How long it really listened. */
  readonly seconds: number;
  /** It stopped before its time because there were more adverts than any segment has. */
  readonly isFlooded: boolean;
}

/** Why nothing can be heard here. */
export interface Deaf {
  readonly reason: "no-tool" | "no-right" | "no-interface" | "failed";
  readonly message: string;
  readonly hint: string;
}

/** A flood costs memory; a real segment has some hundreds of adverts in this time. */
const mostAdverts = 100_000;
/** tcpdump opens the interface in some hundredths of a second; on a machine that swaps it takes longer. */
const openingMs = 10_000;

/** Version 2 with authentication headers is another protocol; `vlan` moves the offsets of all that follows, so it is last. */
const filter =
  "ip proto 112 or ip6 proto 112 or (ip proto 51 and dst host 224.0.0.18) or (vlan and (ip proto 112 or ip6 proto 112))";

/**
 * Listens for VRRP adverts by tcpdump, in promiscuous mode, so that multicast groups that this host has not joined are
 * heard too. It sends nothing. `stop` ends it before its time.
 */
export async function listen(
  networkCard: string,
  seconds: number,
  options: { readonly stop?: AbortSignal; readonly started?: () => void } = {},
): Promise<Heard | Deaf> {
  const tool = findTool("tcpdump");
  if (tool === undefined)
    return {
      reason: "no-tool",
      message: "tcpdump is not here, and Node cannot listen for VRRP by itself",
      hint: "apt-get install tcpdump",
    };
  const child = execa(tool, ["--immediate-mode", "-U", "-n", "-w", "-", "-i", networkCard, filter], {
    stdin: "ignore",
    buffer: false,
    reject: false,
  });
  const ended = child.then(() => "ended" as const);
  let errors = "";
  const opened = new Promise<"opened">((resolve) => {
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors = (errors + text).slice(-4_000);
      if (errors.includes("listening on")) resolve("opened");
    });
  });
  const collected = collect(child.stdout, () => child.kill("SIGINT"));
  const pause = new AbortController();
  const state = await Promise.race([opened, ended, sleep(openingMs, "late" as const, { signal: pause.signal })]);
  pause.abort();
  if (state !== "opened") {
    child.kill("SIGKILL");
    await ended;
    return whyDeaf(networkCard, errors, (await collected).failure);
  }
  options.started?.();
  const startedMs = performance.now();
  const finish = (): void => void child.kill("SIGINT");
  const timer = setTimeout(finish, seconds * 1000);
  options.stop?.addEventListener("abort", finish, { once: true });
  await ended;
  clearTimeout(timer);
  options.stop?.removeEventListener("abort", finish);
  const listenedMs = performance.now() - startedMs;
  const { failure, ...heard } = await collected;
  const isEarly = listenedMs < seconds * 1000 - 500 && options.stop?.aborted !== true && !heard.isFlooded;
  if (isEarly || failure !== undefined) return whyDeaf(networkCard, errors, failure);
  return { ...heard, seconds: Math.min(seconds, Math.round(listenedMs / 100) / 10) };
}

async function collect(
  stream: NodeJS.ReadableStream,
  enough: () => void,
): Promise<Omit<Heard, "seconds"> & { readonly failure: string | undefined }> {
  const reader = new CaptureReader();
  const adverts: Advert[] = [];
  let invalid = 0;
  let failure: string | undefined;
  stream.on("data", (piece: Buffer) => {
    if (failure !== undefined || adverts.length >= mostAdverts) return;
    try {
      for (const { atMs, bytes } of reader.push(piece)) {
        const carrier = readFrame(bytes);
        const advert = carrier && readAdvert(carrier, atMs);
        if (advert === undefined) invalid += 1;
        else adverts.push(advert);
      }
    } catch (error) {
      if (!(error instanceof UnreadableCapture)) throw error;
      failure = error.message;
    }
    if (failure !== undefined || adverts.length >= mostAdverts) enough();
  });
  await once(stream, "close");
  return { adverts, invalid, failure, isFlooded: adverts.length >= mostAdverts };
}

function whyDeaf(networkCard: string, errors: string, failure: string | undefined): Deaf {
  if (failure !== undefined)
    return { reason: "failed", message: `${networkCard}: ${failure}`, hint: "name an Ethernet interface" };
  const said = errors
    .split("\n")
    .find((line) => line.startsWith("tcpdump: ") && !line.includes("listening on"))
    ?.replace(/^tcpdump: /, "")
    .trim();
  const message = said ?? `tcpdump does not listen on ${networkCard}`;
  if (/permission|not permitted/i.test(message))
    return { reason: "no-right", message, hint: `run it as root: sudo stackwright doctor --vrid ${networkCard}` };
  if (/no such device/i.test(message))
    return { reason: "no-interface", message, hint: "ip -brief link lists the interfaces of this host" };
  if (/is not up/i.test(message))
    return { reason: "failed", message, hint: `ip link set ${networkCard} up, then try again` };
  return { reason: "failed", message, hint: `try it by hand: tcpdump -n -i ${networkCard} ip proto 112` };
}
