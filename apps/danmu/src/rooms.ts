import { Problem } from "@stackwright/sample-service";
import type { Message } from "./message.ts";
import type { Metrics } from "./metrics.ts";

/** Somebody who gets what is said in a room. `send` never waits and never throws. */
export interface Listener {
  send(frame: string): void;
}

export interface Rooms {
  /** The latest comments of a room, oldest first; none where there is no such room. */
  history(room: string): readonly Message[];
  /** Says something to all in the room. 503 where there are too many rooms. */
  say(room: string, text: string): Message;
  /** False where there are too many rooms. */
  join(room: string, listener: Listener): boolean;
  leave(room: string, listener: Listener): void;
}

interface RoomsOptions {
  readonly metrics: Metrics;
  readonly maxRooms?: number;
  /** Comments that a room keeps for those who come later. */
  readonly maxHistory?: number;
}

interface Room {
  readonly listeners: Set<Listener>;
  readonly history: Message[];
  last: number;
}

export function createRooms({ metrics, maxRooms = 1000, maxHistory = 50 }: RoomsOptions): Rooms {
  const rooms = new Map<string, Room>();

  function open(name: string): Room | undefined {
    const known = rooms.get(name);
    if (known !== undefined) return known;
    if (rooms.size >= maxRooms && !forgetOneEmpty()) return undefined;
    const room: Room = { listeners: new Set(), history: [], last: 0 };
    rooms.set(name, room);
    metrics.rooms.set(rooms.size);
    return room;
  }

  /** The oldest room with nobody in it, and its history, make place for a new one. */
  function forgetOneEmpty(): boolean {
    for (const [name, { listeners }] of rooms) if (listeners.size === 0) return rooms.delete(name);
    return false;
  }

  return {
    history: (name) => rooms.get(name)?.history ?? [],
    say(name, text) {
      const room = open(name);
      if (room === undefined) throw new Problem(503, "there are too many rooms at the moment");
      room.last += 1;
      const message: Message = { number: room.last, text, at: new Date().toISOString() };
      room.history.push(message);
      if (room.history.length > maxHistory) room.history.shift();

      const started = performance.now();
      // Written once, however many read it.
      const frame = JSON.stringify(message);
      for (const listener of room.listeners) listener.send(frame);
      metrics.fanoutSeconds.observe((performance.now() - started) / 1000);
      metrics.fanout.observe(room.listeners.size);
      return message;
    },
    join: (name, listener) => open(name)?.listeners.add(listener) !== undefined,
    leave(name, listener) {
      rooms.get(name)?.listeners.delete(listener);
    },
  };
}
