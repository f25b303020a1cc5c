import type { Place } from "../place.ts";
import { eventually } from "../waiting.ts";

/** Starts a Redis server, on loopback unless the options bind it elsewhere. */
export function startRedis(place: Place, port: number, options: readonly string[]): void {
  const own = ["--bind", "127.0.0.1", "--port", String(port), "--dir", place.path("."), "--dbfilename", `${port}.rdb`];
  place.start("redis-server", [...own, ...options]);
}

/** What a server of this place answers to a command. */
export function redisCommand(place: Place, port: number, ...command: readonly string[]): Promise<string> {
  return place.run("redis-cli", ["-h", "127.0.0.1", "-p", String(port), ...command]);
}

/** Gives a primary something to tell: keys, a miss, a snapshot, slow commands. */
export async function useRedis(place: Place, port: number): Promise<void> {
  await eventually(() => redisCommand(place, port, "SET", "capture", "1", "EX", "600"));
  await redisCommand(place, port, "GET", "absent");
  await redisCommand(place, port, "BGSAVE");
  await redisCommand(place, port, "CONFIG", "SET", "slowlog-log-slower-than", "0");
}

/** Waits until a replica has its primary. */
export async function linked(place: Place, port: number): Promise<void> {
  await eventually(async () => {
    const answer = await redisCommand(place, port, "INFO", "replication");
    if (!answer.includes("master_link_status:up")) throw new Error("no link yet");
  });
}
