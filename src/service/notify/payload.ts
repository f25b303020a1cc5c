import { createHash } from "node:crypto";
import { z } from "zod";

const labels = z.record(z.string(), z.string());

const alert = z.object({
  status: z.enum(["firing", "resolved"]),
  labels,
  annotations: labels.default({}),
  startsAt: z.string().refine((time) => !Number.isNaN(Date.parse(time))),
  endsAt: z.string().optional(),
  fingerprint: z.string().optional(),
});

const payload = z.object({
  version: z.literal("4"),
  groupKey: z.string().min(1),
  status: z.enum(["firing", "resolved"]),
  truncatedAlerts: z.number().int().nonnegative().default(0),
  alerts: z.array(alert).min(1),
});

/** One alert of a notification. */
export interface Alert {
  readonly status: "firing" | "resolved";
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly startsAt: string;
  /** Stands for the label set. */
  readonly fingerprint: string;
}

/**
 * What Alertmanager posts to a webhook, payload version 4.
 * Source: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 */
export interface Notification {
  /** The same for each notification of a group of alerts at a route. */
  readonly groupKey: string;
  readonly status: "firing" | "resolved";
  readonly alerts: readonly Alert[];
  /** Alerts that Alertmanager left out itself. */
  readonly truncated: number;
  /** The same when Alertmanager tries again, another as soon as an alert joins, ends or begins anew. */
  readonly key: string;
  /** As it came, for those who take it unchanged. */
  readonly body: Uint8Array<ArrayBuffer>;
}

export type Parsed = { readonly notification: Notification } | { readonly wrong: string };

/** Reads a request body; what is wrong is told with the place in it, without its values. */
export function parseNotification(body: Uint8Array<ArrayBuffer>): Parsed {
  const json = parseJson(body);
  if (json === undefined) return { wrong: "the body is not JSON" };
  const { success, data, error } = payload.safeParse(json);
  if (!success) {
    const [issue] = error.issues;
    return { wrong: `not a payload of Alertmanager, version 4: ${issue?.path.join(".") ?? ""} is missing or wrong` };
  }
  const alerts = data.alerts.map(
    (each): Alert => ({
      status: each.status,
      labels: each.labels,
      annotations: each.annotations,
      startsAt: each.startsAt,
      fingerprint: each.fingerprint ?? digest(JSON.stringify(Object.entries(each.labels).toSorted())).slice(0, 16),
    }),
  );
  const items = alerts.map(({ fingerprint, status, startsAt }) => `${fingerprint} ${status} ${startsAt}`).toSorted();
  return {
    notification: {
      groupKey: data.groupKey,
      status: data.status,
      alerts,
      truncated: data.truncatedAlerts,
      key: digest(JSON.stringify([data.groupKey, items])),
      body,
    },
  };
}

/** True for the sign of life, which is sent again and again on purpose. */
export function isHeartbeat({ alerts }: Notification): boolean {
  return alerts.every(({ labels }) => labels["alertname"] === "Watchdog");
}

function parseJson(body: Uint8Array<ArrayBuffer>): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
