import { setTimeout as sleep } from "node:timers/promises";

/** Repeats `attempt` until it succeeds, for at most `seconds`; then throws its last error. */
export async function eventually<Result>(attempt: () => Promise<Result> | Result, seconds = 30): Promise<Result> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(200);
    }
  }
}

/** Text of an HTTP answer; throws unless it is 2xx. */
export async function get(url: string): Promise<string> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return answer.text();
}
