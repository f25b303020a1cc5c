import { kinds } from "../../src/catalog/index.ts";
import type { Dice } from "./dice.ts";
import type { Json } from "./inventory.ts";
import type { ServicePlan } from "./services.ts";
import { someThresholds } from "./thresholds.ts";

export interface Receivers {
  readonly section: Json;
  readonly owners: Json;
}

const channels: Readonly<Record<string, Json>> = {
  mail: {
    email: {
      to: ["ops@example.org", "a.b+c@example.org"],
      from: "alerts@example.org",
      smarthost: "smtp.example.org:587",
      username: "alerts",
      password: { file: "secrets/smtp" },
    },
  },
  plain: {
    email: { to: ["x@example.org"], from: "y@example.org", smarthost: "[2001:db8::25]:25", require_tls: false },
  },
  hook: { webhook: { url: "https://hooks.example.org/a?b=c" } },
  "secret-hook": { webhook: { url: { env: "HOOK_URL" } } },
  sms: { sms: { webhook: { url: { env: "SMS_URL" } } } },
  wecom: { wecom: { corp_id: "ww00", agent_id: "1000002", to_party: "2", secret: { file: "secrets/wecom" } } },
  robot: { wecom_robot: { url: { env: "ROBOT_URL" } } },
  ding: { dingtalk: { url: { file: "secrets/ding" }, secret: { env: "DING_SECRET" } } },
  several: { webhook: { url: "http://192.0.2.250:8080/x" }, sms: { webhook: { url: { file: "secrets/sms" } } } },
};

/** Who is told what, by every channel there is; routes, owners, mute times and general thresholds. */
export function alertingSection(dice: Dice, services: readonly ServicePlan[]): Receivers {
  const names = dice.some(Object.keys(channels), dice.int(1, 6));
  const lists = (): Json =>
    Object.fromEntries(
      dice
        .some(["critical", "warning", "info"], dice.int(0, 3))
        .map((severity) => [severity, dice.some(names, dice.int(1, 2))]),
    );
  const present = kinds.filter((kind) => services.some((service) => service.kind === kind.id));
  const alerts = present.flatMap((kind) => kind.alerts.filter((alert) => alert.always !== true));
  return {
    owners: Object.fromEntries(
      dice.some(["platform", "storefront", "dba"], dice.int(0, 3)).map((owner) => [owner, lists()]),
    ),
    section: {
      service: "paging",
      ...(dice.chance(0.7) && { watchdog: dice.pick(names) }),
      ...(dice.chance(0.5) && { runbook_base: "https://runbooks.example.org/x/" }),
      receivers: Object.fromEntries(names.map((name) => [name, channels[name]])),
      routes: { default: dice.pick(names), by_severity: lists() },
      ...(dice.chance(0.4) &&
        alerts.length > 0 && {
          mute_times: {
            nightly: {
              times: dice.pick(["02:00-03:00", "22:00-06:00", "00:00-24:00"]),
              ...(dice.chance(0.5) && { weekdays: ["saturday", "sunday"] }),
              alerts: dice.some(alerts, 2).map((alert) => alert.name),
            },
          },
        }),
      ...someThresholds(dice, alerts),
      ...(dice.chance(0.3) && { repeat: "6h" }),
    },
  };
}
