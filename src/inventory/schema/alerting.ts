import { z } from "zod";
import { accept, alertName, duration, email, grammar, hostPort, httpUrl, identifier, name, secret } from "../values.ts";
import { thresholds } from "./services.ts";

const url = z.union([httpUrl, secret]).meta({ description: "an address, or a reference where it holds a token" });
const webhook = z.strictObject({ url });
const robot = z.strictObject({ url: secret, secret: secret.optional() });
const someone = grammar(/^[\w@|. -]{1,128}$/, "an id", ["2"]);

const receiver = z
  .strictObject({
    email: z
      .strictObject({
        to: z.array(email).min(1),
        from: email,
        smarthost: hostPort,
        username: grammar(/^[\w.@+-]+$/, "a user name", ["alerts"]).optional(),
        password: secret.optional(),
        require_tls: z.boolean().default(true),
      })
      .optional(),
    webhook: webhook.optional(),
    sms: z.strictObject({ webhook }).optional(),
    wecom: z
      .strictObject({
        corp_id: identifier,
        agent_id: someone,
        to_party: someone.optional(),
        to_user: someone.optional(),
        secret,
      })
      .optional(),
    wecom_robot: robot.optional(),
    dingtalk: robot.optional(),
    accept,
  })
  .refine((value) => Object.entries(value).some(([key, channel]) => key !== "accept" && channel !== undefined), {
    message: "has no channel",
    // A key that is unknown is the channel that somebody meant.
    when: ({ issues }) => issues.length === 0,
    params: { hint: "give it one of email, webhook, sms, wecom, wecom_robot, dingtalk" },
  })
  .meta({ description: "who is told, by one or more channels" });

const bySeverity = z.strictObject({
  critical: z.array(name).min(1).optional(),
  warning: z.array(name).min(1).optional(),
  info: z.array(name).min(1).optional(),
});

/** Receivers of an owner's alerts by severity. */
export const owner = z
  .strictObject({ ...bySeverity.shape, accept })
  .meta({ description: "receivers of its alerts, by severity" });

const weekday = z.enum(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]);

export const alerting = z
  .strictObject({
    service: name.meta({ description: "the Alertmanager service", examples: ["alertmanager"] }),
    watchdog: name.optional().meta({
      description: "receiver outside the platform that expects a sign of life",
      examples: ["dead-mans-switch"],
    }),
    runbook_base: httpUrl.optional(),
    receivers: z.record(name, receiver),
    routes: z.strictObject({
      default: name.meta({ description: "the receiver of what nobody else takes", examples: ["on-call"] }),
      by_severity: bySeverity.default({}),
      accept,
    }),
    mute_times: z
      .record(
        name,
        z.strictObject({
          times: grammar(
            /^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/,
            "a time range HH:MM-HH:MM",
            ["02:00-03:00"],
          ),
          weekdays: z.array(weekday).default([]),
          alerts: z.array(alertName).min(1),
        }),
      )
      .default({}),
    thresholds: thresholds.default({}),
    repeat: duration.optional().meta({ description: "how long until a standing alert is told again" }),
    accept,
  })
  .meta({ description: "who is told what" });
