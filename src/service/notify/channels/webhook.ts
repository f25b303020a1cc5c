import type { Channel } from "../../../model/model.ts";
import { concealer } from "../conceal.ts";
import { call } from "../http.ts";
import type { Outcome } from "../outcome.ts";
import { addressOf, type Gateway, type Surroundings } from "./gateway.ts";

type Webhook = Extract<Channel, { readonly type: "webhook" }>;

/** Passes Alertmanager's payload on as it came, byte for byte; every 2xx is delivered. */
export async function webhookGateway(channel: Webhook, { outside, readSecret }: Surroundings): Promise<Gateway> {
  const address = await addressOf(channel.url, [...channel.source, "url"], readSecret);
  const conceal = concealer([address.href]);
  return {
    lane: channel.source.join("."),
    send: async (notifications, signal) => {
      for (const { body } of notifications) {
        const outcome = settled(await call(outside, { address, method: "POST", body, conceal, signal }));
        if (outcome.kind !== "delivered") return outcome;
      }
      return { kind: "delivered" };
    },
  };
}

function settled(answer: Awaited<ReturnType<typeof call>>): Outcome {
  return "text" in answer ? { kind: "delivered" } : answer;
}
