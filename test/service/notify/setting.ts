import type { Log, LogFields } from "../../../src/service/log.ts";
import type { Outside } from "../../../src/service/notify/options.ts";
import { type Notification, parseNotification } from "../../../src/service/notify/payload.ts";
import { Secret, SecretError, type SecretReader } from "../../../src/service/secrets.ts";
import type { SecretRef } from "../../../src/signals/secret.ts";

export interface AlertInput {
  readonly status?: "firing" | "resolved";
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly startsAt?: string;
}

/** What Alertmanager would post. */
export function payloadOf(alerts: readonly AlertInput[], groupKey = '{}:{alertname="MysqlDown"}'): object {
  const whole = alerts.map(
    ({ status = "firing", labels = {}, annotations = {}, startsAt = "2026-11-20T18:14:00Z" }) => ({
      status,
      labels: { alertname: "MysqlDown", severity: "critical", ...labels },
      annotations,
      startsAt,
      endsAt: "0001-01-01T00:00:00Z",
      generatorURL: "http://metrics/graph",
    }),
  );
  return {
    version: "4",
    groupKey,
    truncatedAlerts: 0,
    status: whole.some(({ status }) => status === "firing") ? "firing" : "resolved",
    receiver: "oncall",
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: "http://paging",
    alerts: whole,
  };
}

export function notificationOf(alerts: readonly AlertInput[], groupKey?: string): Notification {
  const parsed = parseNotification(new TextEncoder().encode(JSON.stringify(payloadOf(alerts, groupKey))));
  if ("wrong" in parsed) throw new Error(parsed.wrong);
  return parsed.notification;
}

export const mysqlDown = notificationOf([
  {
    labels: { host: "db1", service: "orders-db", owner: "dba", instance: "db1:9104" },
    annotations: {
      summary: "MySQL on db1 is down",
      runbook_url: "https://runbooks.meishi.example/MysqlDown",
      dashboard_url: "https://grafana.meishi.example/d/mysql",
    },
  },
]);

export const origin = { platform: "meishi", environment: "production", timezone: "Asia/Shanghai" };

/** A world whose clock moves only by sleeping. */
export function madeUpWorld(
  fetch: Outside["fetch"],
): Outside & { readonly slept: readonly number[]; advance(ms: number): void } {
  let now = Date.parse("2026-11-21T00:00:00Z");
  const slept: number[] = [];
  return {
    fetch,
    now: () => now,
    sleep: async (ms) => {
      slept.push(ms);
      now += ms;
    },
    random: () => 1,
    wecomApi: "https://wecom.example",
    slept,
    advance: (ms) => {
      now += ms;
    },
  };
}

export interface Asked {
  readonly address: URL;
  readonly body: string;
  readonly headers: Headers;
}

export type Answers = readonly (() => Response | Error)[];

/** A `fetch` that answers in turn, the last answer again and again; an Error is thrown. */
export function answering(...answers: Answers): {
  readonly fetch: Outside["fetch"];
  readonly asked: Asked[];
} {
  const asked: Asked[] = [];
  const fetch: Outside["fetch"] = async (input, init) => {
    const address = new URL(input instanceof Request ? input.url : input);
    const body = init?.body instanceof Uint8Array ? new TextDecoder().decode(init.body) : String(init?.body ?? "");
    asked.push({ address, body, headers: new Headers(init?.headers) });
    const answer = answers[Math.min(asked.length, answers.length) - 1]?.();
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error("no answer");
    return answer;
  };
  return { fetch, asked };
}

export const json =
  (value: object, init?: ResponseInit): (() => Response) =>
  () =>
    Response.json(value, init);

/** Secrets by `env` name or file path. */
export function secretsOf(values: Readonly<Record<string, string>>): SecretReader {
  return async (ref: SecretRef, path) => {
    const value = values[ref.from === "env" ? ref.name : ref.path];
    if (value === undefined) throw new SecretError(`${path.join(".")}: not there`);
    return new Secret(value);
  };
}

export interface Line {
  readonly level: "info" | "warn" | "error";
  readonly message: string;
  readonly fields: LogFields;
}

export function recordingLog(): Log & { readonly lines: Line[] } {
  const lines: Line[] = [];
  const put =
    (level: Line["level"]) =>
    (message: string, fields: LogFields = {}): void => {
      lines.push({ level, message, fields });
    };
  return { info: put("info"), warn: put("warn"), error: put("error"), lines };
}
