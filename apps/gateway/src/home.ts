import type { Upstream } from "@stackwright/sample-service";
import type { Logger } from "pino";

interface HomeOptions {
  readonly menu: Upstream;
  readonly danmu: Upstream;
  readonly log: Logger;
}

/** The room that the home page shows. */
const room = "lobby";

/** First dishes and latest comments, asked for at the same time. Without comments it is still a home page. */
export async function homePage({ menu, danmu, log }: HomeOptions) {
  const [dishes, comments] = await Promise.all([
    menu.call("/dishes?limit=6"),
    danmu.call(`/danmu/${room}`).catch((error: unknown) => {
      log.warn({ err: error }, "home page without comments");
      return { body: { messages: [] } };
    }),
  ]);
  return { menu: dishes.body, live: { room, socket: `/danmu/${room}`, ...record(comments.body) } };
}

function record(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}
