import type { RawData, WebSocket } from "ws";
import { sayingSchema } from "./message.ts";
import type { Metrics } from "./metrics.ts";
import type { Listener, Rooms } from "./rooms.ts";

interface ClientOptions {
  readonly socket: WebSocket;
  readonly room: string;
  readonly rooms: Rooms;
  readonly metrics: Metrics;
  readonly maxBufferedBytes: number;
}

/** Comments that a client may make at once, and then for each second. */
const burst = 10;
const perSecond = 2;

/** One connection: hears its room, and speaks to it as `{"text": "…"}`. */
export function createClient({ socket, room, rooms, metrics, maxBufferedBytes }: ClientOptions): Listener {
  let allowed = burst;
  let refilledAt = performance.now();

  function mayTalk(): boolean {
    const now = performance.now();
    allowed = Math.min(burst, allowed + ((now - refilledAt) / 1000) * perSecond);
    refilledAt = now;
    if (allowed < 1) return false;
    allowed -= 1;
    return true;
  }

  socket.on("message", (data, isBinary) => {
    const text = isBinary ? undefined : textIn(data);
    if (text === undefined) {
      metrics.refusedInvalid.inc();
      reply({ error: 'a comment is {"text": "…"} of 1 to 200 characters' });
    } else if (!mayTalk()) {
      metrics.refusedRate.inc();
      reply({ error: `more than ${perSecond} comments a second` });
    } else {
      metrics.messagesLive.inc();
      rooms.say(room, text);
    }
  });

  const reply = (answer: unknown): void => send(JSON.stringify(answer));

  function send(frame: string): void {
    if (socket.readyState !== socket.OPEN) return;
    // Who does not read makes us keep what it does not read. It may come back and read the history.
    if (socket.bufferedAmount > maxBufferedBytes) {
      metrics.droppedSlow.inc();
      socket.terminate();
      return;
    }
    socket.send(frame);
    metrics.deliveries.inc();
  }

  return { send };
}

function textIn(data: RawData): string | undefined {
  try {
    return sayingSchema.parse(JSON.parse(data.toString())).text;
  } catch {
    return undefined;
  }
}
